using Orleans.Runtime.Generated;

namespace Orleans.Runtime;

/// <summary>Something calls run on: an activation, or the objects a client or silo lends to others.</summary>
internal interface ICallHost
{
    CodecRegistry Codecs { get; }

    /// <summary>A call has reached a turn: run it, let it wait, or send it on.</summary>
    void Accept(GrainCall call);

    /// <summary>The object that the call is for.</summary>
    object ResolveTarget(GrainCall call);

    /// <summary>The call has ended; <paramref name="error"/> is what left the method.</summary>
    void Finished(GrainCall call, Exception? error);
}
