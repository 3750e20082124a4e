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

    /// <summary>
    /// The method has ended and the caller does not know yet; <paramref name="error"/> is what left it. So a caller that
    /// has its answer can rely on the call being over.
    /// </summary>
    void Leaving(GrainCall call, Exception? error);

    /// <summary>The caller has its answer: others may come in.</summary>
    void Left(GrainCall call);
}
