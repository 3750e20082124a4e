using Orleans.Runtime.Generated;

namespace Orleans.Runtime.Messaging;

/// <summary>Sends calls that leave the process.</summary>
internal interface IRemoteCalls
{
    /// <summary>Sends a call to another silo, or fails it.</summary>
    void SendToSilo(GrainCall call, SiloAddress silo);

    /// <summary>Sends a call to an object of a client; false when no such client is connected.</summary>
    bool TrySendToClient(GrainCall call, string clientId);

    /// <summary>Tells whoever runs a call that its caller no longer waits.</summary>
    void Cancel(GrainCall call);
}
