using Orleans.Runtime.Generated;

namespace Orleans.Runtime;

/// <summary>What stands behind a reference: a silo, or a client that is connected to one.</summary>
internal interface IReferenceRuntime
{
    /// <summary>Whether calls have to go through <see cref="SendFiltered"/>.</summary>
    bool HasOutgoingFilters { get; }

    CodecRegistry Codecs { get; }

    /// <summary>Sends a call whose caller waits for its promise.</summary>
    void Send(GrainCall call);

    /// <summary>Runs the outgoing filters around <see cref="Send"/>; the result is the call's, boxed.</summary>
    Task<object?> SendFiltered(GrainCall call, Func<Task> send, Func<object?> getResult);

    /// <summary>Tells whoever runs the call that its caller no longer waits.</summary>
    void Cancel(GrainCall call);

    /// <summary>Forgets the time limit of a call that has ended.</summary>
    void Forget(GrainCall call);

    object Cast(GrainReference reference, Type interfaceType);
}
