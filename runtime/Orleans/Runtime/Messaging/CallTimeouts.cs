using System.Globalization;
using Orleans.Runtime.Generated;

namespace Orleans.Runtime.Messaging;

/// <summary>
/// Ends the wait for calls that take too long. A timer per call would cost more than the call, so calls are linked
/// into lists that one timer walks twice a second: a call that should wait a second waits one to one and a half. There
/// are several lists, each with its lock, so that callers on different processors do not meet.
/// </summary>
internal sealed class CallTimeouts : IDisposable
{
    private static readonly TimeSpan Resolution = TimeSpan.FromMilliseconds(500);
    private readonly Shard[] _shards;
    private readonly ITimer _timer;
    private readonly Action<GrainCall> _onTimeout;
    private long _now;

    public CallTimeouts(TimeProvider clock, Action<GrainCall> onTimeout)
    {
        _onTimeout = onTimeout;
        _shards = [.. Enumerable.Range(0, 4 * Environment.ProcessorCount).Select(static _ => new Shard())];
        using (ExecutionContext.SuppressFlow())
            _timer = clock.CreateTimer(static owner => ((CallTimeouts)owner!).Tick(), this, Resolution, Resolution);
    }

    /// <summary>Calls that somebody waits for.</summary>
    public int Count => _shards.Sum(static shard => shard.Count);

    public void Track(GrainCall call, TimeSpan limit)
    {
        var ticks = limit == Timeout.InfiniteTimeSpan || limit > TimeSpan.FromDays(365)
            ? long.MaxValue / 2
            : (limit.Ticks + Resolution.Ticks - 1) / Resolution.Ticks;
        call.DeadlineTick = Volatile.Read(ref _now) + ticks + 1;
        var index = Environment.CurrentManagedThreadId % _shards.Length;
        var shard = _shards[index];
        lock (shard)
        {
            call.TimeoutShard = (short)index;
            call.TimeoutNext = shard.First;
            if (shard.First is not null)
                shard.First.TimeoutPrevious = call;
            shard.First = call;
            shard.Count++;
        }
    }

    public void Forget(GrainCall call)
    {
        if (call.TimeoutShard < 0)
            return;
        var shard = _shards[call.TimeoutShard];
        lock (shard)
        {
            if (call.TimeoutShard < 0)
                return;
            call.TimeoutShard = -1;
            if (call.TimeoutPrevious is null)
                shard.First = call.TimeoutNext;
            else
                call.TimeoutPrevious.TimeoutNext = call.TimeoutNext;
            if (call.TimeoutNext is not null)
                call.TimeoutNext.TimeoutPrevious = call.TimeoutPrevious;
            call.TimeoutNext = call.TimeoutPrevious = null;
            shard.Count--;
        }
    }

    /// <summary>Fails every call that somebody waits for.</summary>
    public void FailAll(Func<GrainCall, Exception> reason)
    {
        foreach (var call in _shards.SelectMany(static shard => shard.Collect(long.MaxValue)).ToList())
            call.TryFail(reason(call));
    }

    public void Dispose() => _timer.Dispose();

    public static TimeoutException Error(GrainCall call, TimeSpan limit) => new(string.Create(
        CultureInfo.InvariantCulture, $"Response did not arrive on time in {limit:c} for message: {call}."));

    private void Tick()
    {
        var now = Interlocked.Increment(ref _now);
        foreach (var shard in _shards)
        {
            if (shard.Count == 0)
                continue;
            foreach (var call in shard.Collect(now))
                _onTimeout(call);
        }
    }

    private sealed class Shard
    {
        public GrainCall? First;
        public int Count;

        public List<GrainCall> Collect(long now)
        {
            var due = new List<GrainCall>();
            lock (this)
            {
                for (var call = First; call is not null; call = call.TimeoutNext)
                {
                    if (call.DeadlineTick <= now)
                        due.Add(call);
                }
            }

            return due;
        }
    }
}
