using Orleans.Runtime.Generated;

namespace Orleans.Runtime.Messaging;

/// <summary>Sends calls that leave the process.</summary>
internal interface IRemoteCalls
{
    /// <summary>Sends a call to another silo, or fails it.</summary>
    /// <param name="call">The call.</param>
    /// <param name="silo">Where its grain is.</param>
    /// <param name="version">The view that says so.</param>
    void SendToSilo(GrainCall call, SiloAddress silo, long version);

    /// <summary>Sends a call to an object of a client, or fails it.</summary>
    void SendToClient(GrainCall call, string clientId);
}
