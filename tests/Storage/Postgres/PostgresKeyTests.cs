using System.Diagnostics;
using System.Security.Cryptography;
using Engine.Grains.Keys;
using Engine.Storage.Tests.Support;

namespace Engine.Storage.Tests.Postgres;

/// <summary>Keys on several silos.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresKeyTests(SharedPostgres postgres)
{
    private static readonly MasterKey Master = new(RandomNumberGenerator.GetBytes(MasterKey.LengthBytes));

    [Fact]
    public async Task Destroy_OnOneSilo_EndsTheKeysUseOnAnother()
    {
        await using var store = await postgres.OpenAsync();
        await using var other = store.New("silo-b");
        var (here, there) = (new KeyVault(store.Keys, Master), new KeyVault(other.Keys, Master));
        using (var key = await here.GetOrCreateAsync("shop", "customer/1"))
        using (var same = await there.FindAsync("shop", "customer/1"))
        using (var kept = await there.GetOrCreateAsync("shop", "customer/2"))
        {
            Assert.Equal([1], same!.Open(key!.Seal(new byte[] { 1 }, "content").Span, "content"));
            Assert.NotNull(kept);
        }

        await here.DestroyAsync("shop", "customer/1");
        Assert.Null(await here.FindAsync("shop", "customer/1"));
        var since = Stopwatch.StartNew();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await there.FindAsync("shop", "customer/1") is { } stale)
        {
            stale.Dispose();
            // After the delay and as long as its question takes, which is the machine's business.
            Assert.True(since.Elapsed < TimeSpan.FromMinutes(5), "The other silo still uses the key.");
            await tick.WaitForNextTickAsync();
        }

        Assert.Null(await there.GetOrCreateAsync("shop", "customer/1"));
        using var other2 = await there.FindAsync("shop", "customer/2");
        Assert.NotNull(other2);
    }

    [Fact]
    public async Task ReadDestroyed_CommittedLate_IsToldByTheNextAnswer()
    {
        await using var store = await postgres.OpenAsync();
        await store.Keys.CreateAsync("shop", "customer/1", [1]);
        await store.Keys.CreateAsync("shop", "customer/2", [2]);
        var mark = (await store.Keys.ReadDestroyedAsync(null)).Mark;
        await using var late = await OpenTransaction.BeginAsync(store.ConnectionString);
        await late.ExecuteAsync("""
            UPDATE keys SET wrapped = NULL, destroyed = (SELECT (number << 48) + pg_current_xact_id()::text::bigint FROM incarnation)
            WHERE owner = 'customer/1'
            """);
        await store.Keys.DestroyAsync("shop", "customer/2");
        var first = await store.Keys.ReadDestroyedAsync(mark);
        Assert.Equal([("shop", "customer/2")], first.Names);
        await late.CommitAsync();
        var second = await store.Keys.ReadDestroyedAsync(first.Mark);
        Assert.Contains(("shop", "customer/1"), second.Names);
        Assert.Empty((await store.Keys.ReadDestroyedAsync(second.Mark)).Names);
    }
}
