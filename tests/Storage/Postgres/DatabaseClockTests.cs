using Engine.Storage.Postgres.Time;
using Engine.Storage.Tests.Support;

namespace Engine.Storage.Tests.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class DatabaseClockTests(SharedPostgres postgres)
{
    [Fact]
    public async Task Start_IsTheDatabasesTimeAndTimersRun()
    {
        await using var clock = await DatabaseClock.StartAsync(postgres.Server.ConnectionString);
        // Here both are one machine's.
        Assert.InRange((TimeProvider.System.GetUtcNow() - clock.GetUtcNow()).Duration(), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.InRange(clock.WallClockAhead.Duration(), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        var fired = new TaskCompletionSource();
        await using var timer = clock.CreateTimer(_ => fired.TrySetResult(), null, TimeSpan.FromMilliseconds(10), Timeout.InfiniteTimeSpan);
        await fired.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Read_ByManyThreadsWhileItSynchronises_NeverGoesBack()
    {
        await using var clock = await DatabaseClock.StartAsync(
            postgres.Server.ConnectionString, new DatabaseClockOptions { SyncInterval = TimeSpan.FromMilliseconds(100) });
        var until = clock.GetUtcNow().AddSeconds(1);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var last = DateTimeOffset.MinValue; last < until;)
            {
                var now = clock.GetUtcNow();
                Assert.True(now >= last);
                last = now;
            }
        })));
    }

    [Fact]
    public async Task Database_Away_ClockGoesOn()
    {
        var server = await Testing.Postgres.PostgresServer.StartAsync();
        await using var clock = await DatabaseClock.StartAsync(
            server.ConnectionString, new DatabaseClockOptions { SyncInterval = TimeSpan.FromMilliseconds(100) });
        await server.DisposeAsync();
        var (then, stamp) = (clock.GetUtcNow(), clock.GetTimestamp());
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        await tick.WaitForNextTickAsync();
        Assert.InRange(clock.GetUtcNow() - then - clock.GetElapsedTime(stamp), TimeSpan.FromMilliseconds(-100), TimeSpan.FromMilliseconds(100));
    }
}
