using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime.Cluster;
using Orleans.Runtime.Generated;
using Orleans.Runtime.Management;

namespace Orleans.Runtime.Connections;

/// <summary>
/// Finds the gateway at which a client is connected. A client connects to every gateway it can reach, so mostly it is
/// connected here. Otherwise the other silos are asked, and the one that said yes is remembered until a call there fails.
/// </summary>
internal sealed class ClientDirectory(IServiceProvider services, Gateway gateway, SiloConnections silos, ClusterTopology topology)
{
    private readonly ConcurrentDictionary<string, SiloAddress> _known = new(StringComparer.Ordinal);
    private readonly Lazy<IGrainFactory> _factory = new(services.GetRequiredService<IGrainFactory>);

    public void Send(GrainCall call, string clientId)
    {
        if (gateway.TrySend(call, clientId))
            return;

        // Another silo has asked around already.
        if (call.Sink is CallConnection { IsFromSilo: true })
            call.TryFail(new ClientNotAvailableException(call.TargetId));
        else if (_known.TryGetValue(clientId, out var silo) && topology.Current.Find(silo) is not null)
            silos.Send(call, silo, topology.Current.Version);
        else
            _ = FindAndSend(call, clientId);
    }

    /// <summary>Forgets where a client was.</summary>
    public void Forget(string clientId) => _known.TryRemove(clientId, out _);

    private async Task FindAndSend(GrainCall call, string clientId)
    {
        try
        {
            var asked = topology.Current.View.Members.Where(member => !member.Silo.Equals(topology.Self))
                .Select(member => Ask(member.Silo, clientId)).ToList();
            await foreach (var answer in Task.WhenEach(asked))
            {
                if (await answer is not { } silo)
                    continue;
                _known[clientId] = silo;
                silos.Send(call, silo, topology.Current.Version);
                return;
            }
        }
        catch (Exception error)
        {
            call.TryFail(error);
            return;
        }

        call.TryFail(new ClientNotAvailableException(call.TargetId));
    }

    private async Task<SiloAddress?> Ask(SiloAddress silo, string clientId)
    {
        try
        {
            return await SiloGrain.Of(_factory.Value, silo).HasClient(clientId) ? silo : null;
        }
        catch (Exception error) when (error is OrleansException or TimeoutException)
        {
            return null;
        }
    }
}
