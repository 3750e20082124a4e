using Engine.LoadTests.Measuring;

namespace Engine.LoadTests.Tests.Measuring;

public sealed class ClosedLoopTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(15);

    [Fact]
    public async Task Run_does_as_many_operations_as_allowed_and_never_more_at_once_than_workers()
    {
        var running = 0;
        var most = 0;
        var result = await ClosedLoop.RunAsync(4, new LoadLimits(Long, 1_000), TimeProvider.System, async (_, _, _) =>
        {
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            await Task.Yield();
            Interlocked.Decrement(ref running);
        }, CancellationToken.None);
        Assert.Equal(1_000, result.Operations);
        Assert.Equal(1_000, result.Latency.Count);
        Assert.InRange(most, 1, 4);
        Assert.True(result.PerSecond > 0);
    }

    [Fact]
    public async Task Run_numbers_each_workers_operations()
    {
        var seen = new System.Collections.Concurrent.ConcurrentBag<(int Worker, long N)>();
        await ClosedLoop.RunAsync(3, new LoadLimits(Long, 300), TimeProvider.System, (worker, n, _) =>
        {
            seen.Add((worker, n));
            return Task.CompletedTask;
        }, CancellationToken.None);
        Assert.Equal(300, seen.Distinct().Count());
        foreach (var worker in seen.GroupBy(x => x.Worker))
            Assert.Equal(Enumerable.Range(0, worker.Count()).Select(i => (long)i), worker.Select(x => x.N).Order());
    }

    [Fact]
    public async Task Run_time_over_begins_nothing_more()
    {
        var result = await ClosedLoop.RunAsync(
            2, new LoadLimits(TimeSpan.Zero, 10), TimeProvider.System, (_, _, _) => Task.CompletedTask, CancellationToken.None);
        Assert.Equal(0, result.Operations);
    }

    [Fact]
    public async Task Run_failure_stops_all_and_is_told()
    {
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => ClosedLoop.RunAsync(
            8, new LoadLimits(Long, 1_000_000), TimeProvider.System,
            async (worker, n, token) =>
            {
                if (worker == 0 && n == 1) throw new InvalidOperationException("first");
                if (worker != 0) await new TaskCompletionSource().Task.WaitAsync(token);
            }, CancellationToken.None));
        Assert.Equal("first", e.Message);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while (value > (seen = Volatile.Read(ref target)) && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
        }
    }
}
