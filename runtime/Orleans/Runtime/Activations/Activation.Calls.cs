using System.Reflection;
using Orleans.Runtime.Filters;
using Orleans.Runtime.Generated;
using Orleans.Runtime.Messaging;
using Orleans.Serialization.Invocation;
using Orleans.Storage;

namespace Orleans.Runtime.Activations;

/// <content>Which calls run, and which wait.</content>
internal sealed partial class Activation
{
    private readonly CallQueue _waiting = new();

    // Those that only read, and can be told to end.
    private HashSet<GrainCall>? _interruptible;
    private Dictionary<Guid, int>? _openChains;
    private int _running;
    private int _blocking;
    private int _blockingWriters;
    private bool _isAdmitting;
    private bool _admitsAgain;

    /// <summary>Calls that run. Exact only within turns.</summary>
    public int RunningCount => _running;

    /// <summary>Calls that wait. Exact only within turns.</summary>
    public int WaitingCount => _waiting.Count;

    public void Accept(GrainCall call)
    {
        call.Host = this;
        switch (State)
        {
            case ActivationState.Valid when _waiting.Count == 0 || call.IsAlwaysInterleave:
                if (MayRun(call))
                    Start(call);
                else
                    Wait(call);
                return;
            case ActivationState.Valid:
                Wait(call);
                Admit();
                return;
            case ActivationState.Creating:
                _waiting.Add(call);
                StartActivation(call.Context);
                return;
            case ActivationState.Activating:
            case ActivationState.Deactivating:
                Wait(call);
                return;
            default:
                _shared.Router.Reroute(call);
                return;
        }
    }

    public void Leaving(GrainCall call, Exception? error)
    {
        _running--;
        if (call.IsInterruptible)
            _interruptible?.Remove(call);
        if (!call.IsAlwaysInterleave)
        {
            _blocking--;
            if (!call.IsReadOnly)
                _blockingWriters--;
        }

        if (call is not TimerCall { KeepsAlive: false })
            Touch();
        if (error is not null)
            OnCallFailed(call, error);
    }

    public void Left(GrainCall call)
    {
        if (State == ActivationState.Valid)
            Admit();
        else if (State == ActivationState.Deactivating && _running == 0)
            FinishDeactivation();
    }

    public void OnEnterReentrantSection(Guid reentrancyId)
    {
        _openChains ??= [];
        _openChains[reentrancyId] = _openChains.GetValueOrDefault(reentrancyId) + 1;

        // Not now: the code that opens the section is in the middle of its turn.
        if (_waiting.Count > 0)
            QueueAction(static opened => ((Activation)opened!).Admit(), this);
    }

    public void OnExitReentrantSection(Guid reentrancyId)
    {
        if (_openChains is null || !_openChains.TryGetValue(reentrancyId, out var count))
            return;
        if (count == 1)
            _openChains.Remove(reentrancyId);
        else
            _openChains[reentrancyId] = count - 1;
    }

    /// <summary>Tells a call that its caller no longer waits.</summary>
    internal void CancelCall(GrainCall call) => QueueAction(static cancelled => ((GrainCall)cancelled!).CancelWithinTurn(), call);

    private bool MayRun(GrainCall call) =>
        _blocking == 0
        || call.IsAlwaysInterleave
        || Type.IsReentrant
        || (call.IsReadOnly && _blockingWriters == 0)
        || (_openChains is { Count: > 0 } && call.Context is { } context && _openChains.ContainsKey(context.ReentrancyId))
        || (Type.MayInterleave is { } mayInterleave && Decides(mayInterleave, call));

    /// <summary>Asks the grain's predicate. A call that it cannot judge fails, and must not stop the others.</summary>
    private bool Decides(Func<object, IInvokable, bool> mayInterleave, GrainCall call)
    {
        try
        {
            return mayInterleave(GrainInstance!, call);
        }
        catch (Exception error)
        {
            call.TryFail(error is TargetInvocationException { InnerException: { } inner } ? inner : error);
            call.Stage = CallStage.Cancelled;
            return true;
        }
    }

    private void Wait(GrainCall call)
    {
        var limit = _shared.WaitingCallsMax;
        if (limit > 0 && _waiting.Count >= limit)
            call.TryFail(new LimitExceededException($"{limit} calls wait for {GrainId} already."));
        else
            _waiting.Add(call);
    }

    /// <summary>Starts what may start. A call that ends at once does not recurse into here.</summary>
    private void Admit()
    {
        if (_isAdmitting)
        {
            // A call that has just ended within the loop may have let in one that the loop has passed already.
            _admitsAgain = true;
            return;
        }

        do
        {
            _admitsAgain = false;
            AdmitOnce();
        }
        while (_admitsAgain);
    }

    private void AdmitOnce()
    {
        if (_waiting.Count == 0 || State != ActivationState.Valid)
            return;
        _isAdmitting = true;
        try
        {
            while (State == ActivationState.Valid && _waiting.Peek() is { } first && MayRun(first))
                Start(_waiting.Take()!);

            // Those behind a call that has to wait may be allowed in all the same.
            GrainCall? previous = null;
            var next = _waiting.Peek();
            while (next is not null && State == ActivationState.Valid && MayOvertake())
            {
                if (MayRun(next))
                {
                    _waiting.Remove(next, previous);
                    Start(next);
                    next = previous is null ? _waiting.Peek() : CallQueue.After(previous);
                }
                else
                {
                    previous = next;
                    next = CallQueue.After(next);
                }
            }
        }
        finally
        {
            _isAdmitting = false;
        }
    }

    private bool MayOvertake() =>
        _waiting.OvertakingCount > 0 || _openChains is { Count: > 0 } || Type.MayInterleave is not null;

    private void Start(GrainCall call)
    {
        // Nobody waits for it any more, and it has done nothing yet.
        if (call.Stage == CallStage.Cancelled || (call.IsSettled && _shared.DropsExpired))
        {
            if (call.Sink is not null)
                call.TryFail(new OperationCanceledException());
            return;
        }

        // Who cannot prove that the grain is still his must not answer for it: neither to those who wait in line.
        if (!_shared.Membership.MayDispatch)
        {
            Refuse(call);
            return;
        }

        _running++;
        if (call.IsInterruptible)
            (_interruptible ??= []).Add(call);
        if (!call.IsAlwaysInterleave)
        {
            _blocking++;
            if (!call.IsReadOnly)
                _blockingWriters++;
        }

        var context = ExecutionContext.Capture();
        if (call.Context is not null || RequestContext.Data is not null)
            RequestContext.Data = call.Context;
        if (call is not TimerCall && (_shared.Filters.HasIncoming || Type.FiltersItself))
            _ = RunFiltered(call);
        else
            call.Begin();
        if (context is not null && !ReferenceEquals(ExecutionContext.Capture(), context))
            ExecutionContext.Restore(context);
    }

    /// <summary>
    /// Cancels the tokens of calls that only read, such as those that wait for news for as long as nothing happens: nothing
    /// will happen here any more, and the grain's next activation waits for the end of this one.
    /// </summary>
    private void InterruptReaders()
    {
        if (_interruptible is not { Count: > 0 } readers)
            return;
        foreach (var call in readers.ToArray())
            call.CancelWithinTurn();
    }

    private void Refuse(GrainCall call)
    {
        if (call is TimerCall timer)
            timer.Postpone();
        else
            call.TryFail(CallRouter.Suspended(GrainId));
    }

    private async Task RunFiltered(GrainCall call)
    {
        var run = new IncomingCallContext(call, this, _shared.Filters.Incoming, GrainInstance as IIncomingGrainCallFilter);
        try
        {
            await run.Invoke();
        }
        catch (Exception error)
        {
            call.CompleteBoxed(null, error);
            return;
        }

        call.CompleteBoxed(run.Response?.Exception is null ? run.Response?.Result : null, run.Response?.Exception);
    }

    private void OnCallFailed(GrainCall call, Exception error)
    {
        if (error is InconsistentStateException { IsSourceActivation: true } inconsistent)
        {
            inconsistent.IsSourceActivation = false;
            Deactivate(new DeactivationReason(
                DeactivationReasonCode.ApplicationError, error, "The state in memory is not the stored one."));
        }

        if (call is TimerCall timer)
            _shared.Log.TimerFailed(GrainId, timer.Number, error);
        else if (call.IsOneWay)
            _shared.Log.OneWayFailed(GrainId, call.Method.ToString(), error);
    }
}
