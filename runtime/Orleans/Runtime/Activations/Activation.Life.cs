using Orleans.Runtime.Timers;

namespace Orleans.Runtime.Activations;

/// <content>From the first call to the end.</content>
internal sealed partial class Activation
{
    private GrainLifecycle? _lifecycle;
    private HashSet<GrainTimer>? _timers;
    private DeactivationReason _reason;
    private TaskCompletionSource? _ended;
    private long _lastActive;
    private long _keepAliveUntil = long.MinValue;
    private bool _isEnding;
    private volatile bool _touched = true;
    private volatile ActivationState _state;

    public ActivationState State
    {
        get => _state;
        private set => _state = value;
    }

    /// <summary>Whether a call may be put straight into the mailbox.</summary>
    public bool IsUsable => _state <= ActivationState.Valid;

    public IGrainLifecycle ObservableLifecycle => Lifecycle;

    public Task Deactivated
    {
        get
        {
            var ended = LazyInitializer.EnsureInitialized(
                ref _ended, static () => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

            // It may have ended before anybody asked; nobody would complete it then.
            if (State == ActivationState.Invalid)
                ended.TrySetResult();
            return ended.Task;
        }
    }

    internal GrainLifecycle Lifecycle => _lifecycle ??= new GrainLifecycle();

    public void Activate(Dictionary<string, object>? requestContext, CancellationToken cancellationToken = default)
    {
        var context = requestContext is null ? null : new RequestContextData(requestContext, Guid.Empty);
        QueueAction(_ =>
        {
            if (State == ActivationState.Creating)
                StartActivation(context);
        }, null);
    }

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        if (!IsInTurn)
        {
            QueueAction(_ => Deactivate(deactivationReason, cancellationToken), null);
            return;
        }

        switch (State)
        {
            case ActivationState.Creating:
                _reason = deactivationReason;
                State = ActivationState.Deactivating;
                FinishDeactivation();
                return;
            case ActivationState.Activating when _reason.ReasonCode == DeactivationReasonCode.None:
                // It ends as soon as it has begun.
                _reason = deactivationReason;
                return;
            case ActivationState.Valid:
                _reason = deactivationReason;
                State = ActivationState.Deactivating;
                StopTimers();
                InterruptReaders();
                if (_running == 0)
                    FinishDeactivation();
                return;
        }
    }

    /// <summary>Marks the activation as used.</summary>
    internal void Touch() => _touched = true;

    internal void KeepAlive(TimeSpan span)
    {
        var now = _shared.ManagementClock.GetTimestamp();
        _keepAliveUntil = span == TimeSpan.MaxValue || span == Timeout.InfiniteTimeSpan ? long.MaxValue
            : span <= TimeSpan.Zero ? long.MinValue
            : now + (long)(span.TotalSeconds * _shared.ManagementClock.TimestampFrequency);
    }

    /// <summary>
    /// Whether the activation has been idle for <paramref name="ageMax"/> at <paramref name="now"/>. Called by one
    /// collector at a time; a call that slips in between is only re-routed.
    /// </summary>
    internal bool IsIdle(long now, TimeSpan ageMax)
    {
        if (_state != ActivationState.Valid || _running > 0 || _waiting.Count > 0)
        {
            _touched = true;
            return false;
        }

        if (_touched)
        {
            _touched = false;
            _lastActive = now;
        }

        return _keepAliveUntil <= now && _shared.ManagementClock.GetElapsedTime(_lastActive, now) >= ageMax;
    }

    internal TimeSpan IdleTime(long now) => _touched ? TimeSpan.Zero : _shared.ManagementClock.GetElapsedTime(_lastActive, now);

    internal void AddTimer(GrainTimer timer) => (_timers ??= []).Add(timer);

    internal void RemoveTimer(GrainTimer timer)
    {
        if (IsInTurn)
            _timers?.Remove(timer);
        else
            QueueAction(removed => _timers?.Remove((GrainTimer)removed!), timer);
    }

    /// <summary>Ends at once, as if the process had died: no grain code runs, waiting callers are refused.</summary>
    internal void Kill(Exception reason) => QueueAction(_ =>
    {
        StopTimers();
        State = ActivationState.Invalid;
        _shared.Directory.Remove(this);
        while (_waiting.Take() is { } call)
            call.TryFail(reason);
        _ended?.TrySetResult();
    }, null);

    private void StartActivation(RequestContextData? context)
    {
        State = ActivationState.Activating;
        if (_shared.Handover.PredecessorsOf(GrainId) is { } predecessors)
            _ = ClaimAndActivate(predecessors, context);
        else
            CreateAndActivate(context);
    }

    private async Task ClaimAndActivate(List<SiloAddress> predecessors, RequestContextData? context)
    {
        await _shared.Handover.Claim(GrainId, predecessors);
        CreateAndActivate(context);
    }

    private void CreateAndActivate(RequestContextData? context)
    {
        // It may have been killed, or moved on, while it waited.
        if (State != ActivationState.Activating)
            return;
        if (_reason.ReasonCode != DeactivationReasonCode.None)
        {
            State = ActivationState.Deactivating;
            FinishDeactivation();
            return;
        }

        try
        {
            GrainInstance = Type.CreateInstance(this);
        }
        catch (Exception error)
        {
            FailActivation(error);
            return;
        }

        if (_lifecycle is null && !Type.OverridesActivate)
            OnActivated();
        else
            _ = ActivateInstance(context);
    }

    private async Task ActivateInstance(RequestContextData? context)
    {
        using var limit = new CancellationTokenSource(_shared.ActivationTimeout, _shared.ManagementClock);
        try
        {
            if (context is not null)
                RequestContext.Data = context;
            if (_lifecycle is not null)
                await _lifecycle.Start(GrainLifecycleStage.First, GrainLifecycleStage.Activate - 1, limit.Token);
            if (GrainInstance is IGrainBase grain)
                await grain.OnActivateAsync(limit.Token);
            if (_lifecycle is not null)
                await _lifecycle.Start(GrainLifecycleStage.Activate, GrainLifecycleStage.Last, limit.Token);
        }
        catch (Exception error)
        {
            FailActivation(error);
            return;
        }

        OnActivated();
    }

    private void OnActivated()
    {
        State = ActivationState.Valid;
        Touch();
        if (_reason.ReasonCode != DeactivationReasonCode.None)
            Deactivate(_reason);
        else
            Admit();
    }

    private void FailActivation(Exception error)
    {
        _shared.Log.ActivationFailed(GrainId, error);
        StopTimers();
        State = ActivationState.Invalid;
        _shared.Directory.Remove(this);
        while (_waiting.Take() is { } call)
            call.TryFail(error);
        _ = ReleaseInstance();
        _ended?.TrySetResult();
    }

    private void FinishDeactivation()
    {
        if (_isEnding)
            return;
        _isEnding = true;
        _ = DeactivateInstance();
    }

    private async Task DeactivateInstance()
    {
        var reason = _reason;
        if (GrainInstance is not null && (Type.OverridesDeactivate || _lifecycle is not null || _enumerations is not null))
        {
            using var limit = new CancellationTokenSource(_shared.DeactivationTimeout, _shared.ManagementClock);
            try
            {
                await RunDeactivation(reason, limit.Token).WaitAsync(limit.Token);
            }
            catch (Exception error)
            {
                _shared.Log.DeactivationFailed(GrainId, error);
            }
        }

        StopTimers();
        await ReleaseInstance();
        _shared.Directory.Remove(this);
        State = ActivationState.Invalid;
        _shared.OnDeactivated(this, reason);
        while (_waiting.Take() is { } call)
            _shared.Router.Reroute(call);
        Volatile.Read(ref _ended)?.TrySetResult();
    }

    private async Task RunDeactivation(DeactivationReason reason, CancellationToken token)
    {
        if (_enumerations is not null)
            await _enumerations.CloseAll();
        try
        {
            if (GrainInstance is IGrainBase grain)
                await grain.OnDeactivateAsync(reason, token);
        }
        finally
        {
            if (_lifecycle is not null)
                await _lifecycle.Stop(token);
        }
    }

    private async Task ReleaseInstance()
    {
        try
        {
            if (GrainInstance is IAsyncDisposable asyncDisposable)
                await asyncDisposable.DisposeAsync();
            else if (GrainInstance is IDisposable disposable)
                disposable.Dispose();
            if (_scope is IAsyncDisposable asyncScope)
                await asyncScope.DisposeAsync();
            else
                _scope?.Dispose();
        }
        catch (Exception error)
        {
            _shared.Log.DeactivationFailed(GrainId, error);
        }
    }

    private void StopTimers()
    {
        if (_timers is not { Count: > 0 } timers)
            return;
        foreach (var timer in timers.ToArray())
            timer.Dispose();
        timers.Clear();
    }
}
