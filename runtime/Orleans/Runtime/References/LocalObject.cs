using Orleans.Runtime.Generated;
using Orleans.Runtime.Scheduling;

namespace Orleans.Runtime.References;

/// <summary>An object that others call; one call at a time.</summary>
internal sealed class LocalObject(GrainId id, IGrainObserver target, CodecRegistry codecs)
    : TurnScheduler, ICallHost, IEnumerationHost
{
    private readonly WeakReference<IGrainObserver> _target = new(target);
    private readonly Queue<GrainCall> _waiting = new();
    private bool _isRunning;

    public bool IsAlive => _target.TryGetTarget(out _);

    public CodecRegistry Codecs => codecs;

    public Enumerations Enumerations => throw new NotSupportedException("Objects do not return sequences.");

    protected override IGrainContext? TurnContext => null;

    protected override ICallHost CallHost => this;

    public object ResolveTarget(GrainCall call) =>
        _target.TryGetTarget(out var alive) ? alive : throw new ClientNotAvailableException(id);

    public void Accept(GrainCall call)
    {
        if (_isRunning && !call.IsAlwaysInterleave)
            _waiting.Enqueue(call);
        else
            Start(call);
    }

    public void Leaving(GrainCall call, Exception? error)
    {
    }

    public void Left(GrainCall call)
    {
        if (call.IsAlwaysInterleave)
            return;
        _isRunning = false;

        // Through the mailbox, so that a long queue of short calls does not recurse.
        if (_waiting.TryDequeue(out var next))
            Enqueue(next);
    }

    internal override void OnTurnFailed(Exception error)
    {
    }

    private void Start(GrainCall call)
    {
        if (!call.IsAlwaysInterleave)
            _isRunning = true;
        RequestContext.Data = call.Context;
        call.Begin();
    }
}
