using System.ComponentModel;
using System.Reflection;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime.Generated;

/// <summary>
/// One call of a grain method. A call through a reference needs a message, an object that can invoke the method, and
/// a promise for the caller; three objects, three times the work for the collector, at hundreds of thousands of calls
/// a second. So one generated object is all of it: it holds the arguments, waits in the target's mailbox, invokes the
/// method and keeps the caller's promise. Within a silo nothing is serialised and nothing looked up by reflection; a
/// call that leaves the process writes its arguments and is later completed by the answer.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class GrainCall : WorkItem, IInvokable
{
    // The time wheel links the calls that somebody waits for.
    internal GrainCall? TimeoutNext;
    internal GrainCall? TimeoutPrevious;
    internal long DeadlineTick;
    internal short TimeoutShard = -1;

    private int _claimed;
    private CancellationTokenRegistration _callerCancellation;
    private CancellationTokenSource? _calleeCancellation;
    private object? _target;

    public abstract CallMethod Method { get; }

    internal GrainReference? Reference { get; set; }

    /// <summary>The reference runtime of the caller; null for a call that came over a connection.</summary>
    internal IReferenceRuntime? CallerRuntime { get; set; }

    /// <summary>Who takes the outcome of a call that came over a connection.</summary>
    internal ICallSink? Sink { get; set; }

    /// <summary>Who has the call: what runs it, or the connection on which its answer is awaited.</summary>
    internal ICallHost? Host { get; set; }

    internal GrainId TargetId { get; set; }

    internal GrainId? SourceId { get; set; }

    internal RequestContextData? Context { get; set; }

    /// <summary>Names the call on a connection.</summary>
    internal long CorrelationId { get; set; }

    internal CallStage Stage { get; set; }

    /// <summary>How often the call was sent on because its activation had ended.</summary>
    internal int Forwards { get; set; }

    internal bool IsOneWay => (Method.Options & CallOptions.OneWay) != 0;

    internal bool IsReadOnly => (Method.Options & CallOptions.ReadOnly) != 0;

    /// <summary>Whether an activation that ends may cancel the call: it changes nothing, and takes a token.</summary>
    internal bool IsInterruptible => (Method.Options & (CallOptions.ReadOnly | CallOptions.Cancellable)) == (CallOptions.ReadOnly | CallOptions.Cancellable);

    internal bool IsAlwaysInterleave => (Method.Options & CallOptions.AlwaysInterleave) != 0;

    internal bool IsExtension => (Method.Options & CallOptions.Extension) != 0;

    /// <summary>Whether the caller has got its outcome already.</summary>
    internal bool IsSettled => Volatile.Read(ref _claimed) != 0;

    bool IInvokable.IsCancellable => (Method.Options & CallOptions.Cancellable) != 0;

    // The generated part. Public because it is overridden in other assemblies.

    public abstract int GetArgumentCount();

    public abstract object? GetArgument(int index);

    public abstract void SetArgument(int index, object value);

    /// <summary>Copies the arguments that are not marked immutable.</summary>
    public virtual void CopyArguments(CodecRegistry codecs)
    {
    }

    public virtual void WriteArguments(CallWriter writer)
    {
    }

    public virtual void ReadArguments(CallReader reader)
    {
    }

    public virtual CancellationToken GetCancellationToken() => CancellationToken.None;

    /// <summary>Replaces the caller's token by one that is cancelled within the grain's turns.</summary>
    public virtual void SetCancellationToken(CancellationToken token)
    {
    }

    object? IInvokable.GetTarget() => _target;

    void IInvokable.SetTarget(ITargetHolder holder) => _target = holder.GetTarget();

    ValueTask<Response> IInvokable.Invoke() => InvokeBoxed();

    string IInvokable.GetMethodName() => Method.Name;

    string IInvokable.GetInterfaceName() => Method.InterfaceName;

    string IInvokable.GetActivityName() => $"{Method.InterfaceType.Name}/{Method.Name}";

    Type IInvokable.GetInterfaceType() => Method.InterfaceType;

    MethodInfo IInvokable.GetMethod() => Method.MethodInfo;

    TimeSpan? IInvokable.GetDefaultResponseTimeout() => Method.Timeout;

    bool IInvokable.TryCancel()
    {
        CancelWithinTurn();
        return true;
    }

    void IDisposable.Dispose() => GC.SuppressFinalize(this);

    public override string ToString() => $"{TargetId} {Method}";

    internal sealed override void Execute(ICallHost host) => host.Accept(this);

    /// <summary>Invokes the method, within a turn of <see cref="Host"/>.</summary>
    internal abstract void Begin();

    internal abstract ValueTask<Response> InvokeBoxed();

    /// <summary>Ends the call with what a filter left as its response.</summary>
    internal abstract void CompleteBoxed(object? result, Exception? error);

    /// <summary>Gives the caller an exception; false when it has an outcome already.</summary>
    internal abstract bool TryFail(Exception error);

    internal abstract void WriteResult(CallWriter writer);

    /// <summary>
    /// Completes the caller's promise with a result from a connection. A grain goes on in a turn of its own anyway; any other
    /// caller goes on elsewhere, since what it does next must not hold up the connection.
    /// </summary>
    internal abstract void ReadResult(CallReader reader);

    internal object TakeTarget() => _target ??= Host!.ResolveTarget(this);

    internal bool TryClaim()
    {
        if (Interlocked.Exchange(ref _claimed, 1) != 0)
            return false;
        if (TimeoutShard >= 0)
            CallerRuntime!.Forget(this);
        _callerCancellation.Dispose();
        return true;
    }

    /// <summary>Cancels the grain's token. Only within a turn of the grain.</summary>
    internal void CancelWithinTurn()
    {
        Stage = Stage == CallStage.Waiting ? CallStage.Cancelled : Stage;
        _calleeCancellation?.Cancel();
    }

    private protected void PrepareSend(GrainReference reference)
    {
        var runtime = reference.Runtime;
        Reference = reference;
        CallerRuntime = runtime;
        TargetId = reference.GrainId;
        SourceId = RuntimeContext.Current?.GrainId;
        Context = RequestContext.Data;
        CopyArguments(runtime.Codecs);
    }

    private protected void ObserveCallerCancellation(CancellationToken token)
    {
        if (token.CanBeCanceled)
            _callerCancellation = token.UnsafeRegister(static call => ((GrainCall)call!).CancelByCaller(), this);
    }

    private protected void EnterBody()
    {
        Stage = CallStage.Running;
        if ((Method.Options & CallOptions.Cancellable) != 0)
        {
            _calleeCancellation = new CancellationTokenSource();
            SetCancellationToken(_calleeCancellation.Token);
        }
    }

    private void CancelByCaller()
    {
        var runtime = CallerRuntime!;
        if (TryFail(new OperationCanceledException(GetCallerToken())))
            runtime.Cancel(this);
    }

    private protected abstract CancellationToken GetCallerToken();
}
