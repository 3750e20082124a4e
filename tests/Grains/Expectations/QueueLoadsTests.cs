using Engine.Grains.Expectations;
using Engine.Grains.Tests.Support;
using Engine.Internal.V1;
using Microsoft.Extensions.Logging.Abstractions;

namespace Engine.Grains.Tests.Expectations;

/// <summary>A queue is asked once a second by a silo, however many messages there are, and nobody waits for a slow one.</summary>
public sealed class QueueLoadsTests
{
    [Fact]
    public async Task A_load_serves_for_a_second_then_while_it_is_fetched_anew()
    {
        var time = new StandingTime();
        var queue = new AskedQueue();
        var loads = new QueueLoads(_ => queue.AskAsync(), time, NullLogger<QueueLoads>.Instance);
        Assert.False(loads.TryGet("shop", "main", out _));

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => loads.FetchAsync("shop", "main")));
        Assert.True(loads.TryGet("shop", "main", out var first));
        Assert.Equal((1, 1), (first!.OwedCount, queue.Asked));

        time.Advance(TimeSpan.FromSeconds(5));
        Assert.True(loads.TryGet("shop", "main", out var stale));
        Assert.Equal(1, stale!.OwedCount);
        await Until.Async(() => Task.FromResult(loads.Last("shop", "main")), l => l!.OwedCount == 2, "fetched anew");

        time.Advance(TimeSpan.FromMinutes(5));
        Assert.False(loads.TryGet("shop", "main", out _));
        Assert.False(loads.TryGet("other", "main", out _));
    }

    [Fact]
    public async Task Who_asks_a_queue_that_does_not_answer_goes_on_without_and_the_next_ones_do_not_wait_at_all()
    {
        var queue = new AskedQueue { Gate = new TaskCompletionSource() };
        var loads = new QueueLoads(_ => queue.AskAsync(), TimeProvider.System, NullLogger<QueueLoads>.Instance);

        await loads.FetchAsync("shop", "main").WaitAsync(TimeSpan.FromMinutes(5));

        Assert.True(loads.TryGet("shop", "main", out var load));
        Assert.Null(load);
        queue.Gate.SetResult();
        await Until.Async(() => Task.FromResult(loads.Last("shop", "main")), l => l is not null, "answered late");
    }

    [Fact]
    public async Task A_queue_that_fails_is_one_of_which_nothing_is_known()
    {
        var queue = new AskedQueue { Fails = true };
        var loads = new QueueLoads(_ => queue.AskAsync(), TimeProvider.System, NullLogger<QueueLoads>.Instance);

        await loads.FetchAsync("shop", "main");

        Assert.True(loads.TryGet("shop", "main", out var load));
        Assert.Null(load);
    }

    private sealed class AskedQueue
    {
        private int _asked;

        public int Asked => Volatile.Read(ref _asked);

        public TaskCompletionSource? Gate { get; init; }

        public bool Fails { get; init; }

        public async Task<QueueLoadReply> AskAsync()
        {
            var asked = Interlocked.Increment(ref _asked);
            if (Gate is not null) await Gate.Task;
            if (Fails) throw new TimeoutException("As the test wants it.");
            return new QueueLoadReply { Result = new QueueLoad { OwedCount = asked } };
        }
    }
}
