using Orleans.Runtime.Activations;

namespace Orleans.Runtime.Timers;

/// <summary>
/// A timer of an activation. The clock's timer only puts a tick into the mailbox; the callback runs when the rules of
/// interleaving let the tick in, and the next tick is armed when it has ended. So callbacks never overlap themselves.
/// </summary>
internal sealed class GrainTimer<TState> : GrainTimer
{
    private readonly Func<TState, CancellationToken, Task> _callback;
    private readonly TState _state;

    public GrainTimer(
        Activation owner, Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options)
        : base(owner, options)
    {
        _callback = callback;
        _state = state;
        Arm(options.DueTime);
    }

    protected override Task Callback(CancellationToken token) => _callback(_state, token);
}

/// <summary>The part of a grain timer that does not depend on its state.</summary>
internal abstract class GrainTimer : IGrainTimer
{
    private static readonly TimeSpan SpanMax = TimeSpan.FromMilliseconds(0xfffffffe);
    private static readonly TimeSpan SuspendedDelay = TimeSpan.FromMilliseconds(500);
    private static int Created;
    private readonly Activation _owner;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _ending = new();
    private readonly GrainTimerCreationOptions _options;
    private readonly Lock _gate = new();
    private readonly int _number = Interlocked.Increment(ref Created);
    private TimeSpan _period;
    private bool _isTicking;
    private bool _changedWhileTicking;
    private volatile bool _isDisposed;

    protected GrainTimer(Activation owner, GrainTimerCreationOptions options)
    {
        CheckSpan(options.DueTime, nameof(options.DueTime));
        CheckSpan(options.Period, nameof(options.Period));
        _owner = owner;
        _options = options;
        _period = options.Period;

        // The values that flow with the call that registers the timer do not flow to its ticks.
        using (ExecutionContext.SuppressFlow())
        {
            _timer = owner.Shared.GrainClock.CreateTimer(
                static timer => ((GrainTimer)timer!).OnDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        owner.AddTimer(this);
    }

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        CheckSpan(dueTime, nameof(dueTime));
        CheckSpan(period, nameof(period));
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        lock (_gate)
        {
            _period = period;
            _changedWhileTicking = _isTicking;
        }

        Arm(dueTime);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
        }

        _timer.Dispose();
        _ending.Cancel();
        _ending.Dispose();
        _owner.RemoveTimer(this);
    }

    internal static void CheckSpan(TimeSpan span, string name)
    {
        if (span != Timeout.InfiniteTimeSpan && (span < TimeSpan.Zero || span > SpanMax))
            throw new ArgumentOutOfRangeException(name, span, "A span must be infinite, or from zero to 2^32-2 milliseconds.");
    }

    protected abstract Task Callback(CancellationToken token);

    protected void Arm(TimeSpan dueTime)
    {
        if (!_isDisposed)
            _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
    }

    private void OnDue()
    {
        if (_isDisposed)
            return;
        _owner.Enqueue(new TimerCall(_number, _options.Interleave, _options.KeepAlive, Tick, Postpone) { TargetId = _owner.GrainId });
    }

    private void Postpone() => Arm(SuspendedDelay);

    private async Task Tick()
    {
        lock (_gate)
        {
            if (_isDisposed)
                return;
            _isTicking = true;
            _changedWhileTicking = false;
        }

        try
        {
            await Callback(_ending.Token);
        }
        catch (OperationCanceledException) when (_isDisposed)
        {
            // That is what cancelling it is for.
        }
        finally
        {
            bool arm;
            TimeSpan period;
            lock (_gate)
            {
                _isTicking = false;
                period = _period;
                arm = !_isDisposed && !_changedWhileTicking;
            }

            if (arm && period != Timeout.InfiniteTimeSpan)
                Arm(period);
        }
    }
}
