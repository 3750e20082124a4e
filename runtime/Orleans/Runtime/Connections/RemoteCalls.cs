using Orleans.Runtime.Generated;
using Orleans.Runtime.Messaging;

namespace Orleans.Runtime.Connections;

/// <summary>The ways out of a silo: to other silos and to clients.</summary>
internal sealed class RemoteCalls(SiloConnections silos, ClientDirectory clients) : IRemoteCalls
{
    public void SendToSilo(GrainCall call, SiloAddress silo, long version) => silos.Send(call, silo, version);

    public void SendToClient(GrainCall call, string clientId) => clients.Send(call, clientId);
}
