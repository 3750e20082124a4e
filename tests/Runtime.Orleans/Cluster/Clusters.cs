using Engine.Runtime.Orleans.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Serialization;
using Orleans.TestingHost;

namespace Engine.Runtime.Orleans.Tests.Cluster;

/// <summary>Makes clusters whose silos call each other over sockets, and finds grains by where they are.</summary>
internal static class Clusters
{
    public static async Task<InProcessTestCluster> Start(
        short silos, Action<ISiloBuilder>? configure = null, Action<IClientBuilder>? configureClient = null)
    {
        var cluster = new InProcessTestClusterBuilder(silos)
            .ConfigureSilo((_, silo) =>
            {
                silo.Services.AddSerializer(static serializer => serializer.AddProtobufSerializer());
                silo.Configure<SiloMessagingOptions>(static options => options.ResponseTimeout = Deadline.Limit);
                silo.Configure<ConnectionOptions>(static options => options.OpenConnectionTimeout = Deadline.Limit);
                configure?.Invoke(silo);
            })
            .ConfigureClient(client =>
            {
                client.Services.AddSerializer(static serializer => serializer.AddProtobufSerializer());
                client.Configure<ClientMessagingOptions>(static options => options.ResponseTimeout = Deadline.Limit);
                client.Configure<ConnectionOptions>(static options => options.OpenConnectionTimeout = Deadline.Limit);
                configureClient?.Invoke(client);
            })
            .Build();
        try
        {
            await cluster.DeployAsync();
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }

        return cluster;
    }

    /// <summary>Calls grains from within a silo, as its own code does.</summary>
    public static IGrainFactory Grains(this InProcessSiloHandle silo) => silo.ServiceProvider.GetRequiredService<IGrainFactory>();

    /// <summary>A grain that lives on <paramref name="there"/>, as <paramref name="from"/> calls it.</summary>
    public static IPlacedGrain GrainAt(this InProcessTestCluster cluster, InProcessSiloHandle there, IGrainFactory from)
    {
        var topology = cluster.Silos[0].ServiceProvider.GetRequiredService<global::Orleans.Runtime.Cluster.ClusterTopology>();
        while (true)
        {
            var grain = from.GetGrain<IPlacedGrain>(Guid.NewGuid().ToString("N"));
            if (there.SiloAddress.Equals(topology.Current.Ring.OwnerOf(grain.GetGrainId().GetUniformHashCode())))
                return grain;
        }
    }
}
