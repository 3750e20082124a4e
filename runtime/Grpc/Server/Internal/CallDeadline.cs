namespace Grpc.AspNetCore.Server.Internal;

/// <summary>The deadline of a call: a timer, and a token that also follows the connection.</summary>
internal sealed class CallDeadline
{
    // Timers take at most 49 days; nothing waits that long.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    private readonly ServerCall _call;
    private readonly CancellationTokenSource _source;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private bool _released;

    public CallDeadline(ServerCall call, TimeSpan timeout, TimeProvider time)
    {
        _call = call;
        var now = time.GetUtcNow().UtcDateTime;
        At = timeout < DateTime.MaxValue - now ? now + timeout : DateTime.MaxValue;
        _source = CancellationTokenSource.CreateLinkedTokenSource(call.HttpContext.RequestAborted);
        _timer = time.CreateTimer(
            static state => ((CallDeadline)state!).Fire(),
            this,
            timeout < LongestTimer ? timeout : Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
    }

    public DateTime At { get; }

    public CancellationToken Token => _source.Token;

    public void Stop() => _timer.Dispose();

    public void Release()
    {
        _timer.Dispose();
        lock (_lock)
        {
            _released = true;
        }

        _source.Dispose();
    }

    private void Fire()
    {
        lock (_lock)
        {
            // Past this point the request may belong to another call.
            if (_released)
            {
                return;
            }

            _call.OnDeadline();
        }

        try
        {
            _source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The call ended between the two.
        }
        catch (AggregateException)
        {
            // A callback of the handler failed; its own affair.
        }
    }
}
