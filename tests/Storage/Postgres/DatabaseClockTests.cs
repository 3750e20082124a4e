using Engine.Storage.Postgres.Time;
using Engine.Storage.Tests.Support;

namespace Engine.Storage.Tests.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class DatabaseClockTests(SharedPostgres postgres)
{
    private static readonly TimeSpan AnswerMax = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Start_IsTheDatabasesTimeAndTimersRun()
    {
        await using var clock = await DatabaseClock.StartAsync(postgres.Server.ConnectionString);
        // Here both are one machine's, and the database's is known to half of what its answer took.
        var before = TimeProvider.System.GetUtcNow();
        var read = clock.GetUtcNow();
        Assert.InRange(read, before - AnswerMax, TimeProvider.System.GetUtcNow() + AnswerMax);
        Assert.InRange(clock.WallClockAhead, -AnswerMax, AnswerMax);
        var fired = new TaskCompletionSource();
        await using var timer = clock.CreateTimer(_ => fired.TrySetResult(), null, TimeSpan.FromMilliseconds(10), Timeout.InfiniteTimeSpan);
        await fired.Task.WaitAsync(TimeSpan.FromMinutes(5));
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
        var beforeThen = clock.GetTimestamp();
        var then = clock.GetUtcNow();
        var afterThen = clock.GetTimestamp();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        await tick.WaitForNextTickAsync();
        var atLeast = clock.GetElapsedTime(afterThen);
        var passed = clock.GetUtcNow() - then;
        // A last correction may still be worked off, at half the clock's speed at most.
        Assert.InRange(passed, atLeast / 2, clock.GetElapsedTime(beforeThen) * 1.5);
    }
}
