using Orleans.Runtime.Generated;

namespace Orleans.Runtime.Connections;

/// <summary>Brings the outcome of a call that was passed on back to the connection it came by.</summary>
internal sealed class RelaySink(ICallSink source, long sourceId) : ICallSink
{
    /// <summary>Makes the call what it was before it was passed on.</summary>
    public static void Undo(GrainCall call)
    {
        if (call.Sink is not RelaySink relay)
            return;
        call.Sink = relay.Source;
        call.CorrelationId = relay.SourceId;
    }

    public ICallSink Source => source;

    public long SourceId => sourceId;

    public void Succeeded(GrainCall call)
    {
        call.CorrelationId = sourceId;
        source.Succeeded(call);
    }

    public void Failed(GrainCall call, Exception error)
    {
        call.CorrelationId = sourceId;
        source.Failed(call, error);
    }
}
