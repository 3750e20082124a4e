using System.Net;
using System.Net.Sockets;
using Engine.Silo.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Engine.Silo.Hosting;

/// <summary>What a process of a cluster has in place of the embedded store and the silo that is alone.</summary>
internal static class ClusterSetup
{
    /// <summary>As <see cref="System.Data.Common.DbProviderFactories"/> knows it, and the providers of Orleans.</summary>
    private const string Invariant = "Npgsql";

    private const string GrainStorageName = "engine";
    private static readonly TimeSpan GatewayRetry = TimeSpan.FromSeconds(1);

    /// <summary>Adds the database. Returns the engine's clock, which is the database's.</summary>
    public static Task<TimeProvider> AddStoreAsync(
        IServiceCollection services, EngineOptions options, Installation installation, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Brings the schema up to date. Returns what to tell of it.</summary>
    public static Task<IReadOnlyList<string>> MigrateAsync(EngineOptions options, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    public static void ConfigureSilo(ISiloBuilder silo, EngineOptions options)
    {
        var advertised = Advertised(options);
        var siloPort = PortOf(options.SiloListen);
        var gatewayPort = PortOf(options.GatewayListen);
        silo.UseAdoNetClustering(clustering => (clustering.Invariant, clustering.ConnectionString) = (Invariant, options.Postgres));
        silo.AddAdoNetGrainStorage(
            GrainStorageName, storage => (storage.Invariant, storage.ConnectionString) = (Invariant, options.Postgres));
        silo.Configure<ClusterOptions>(cluster => SetCluster(cluster, options));
        silo.Configure<EndpointOptions>(endpoints =>
        {
            endpoints.AdvertisedIPAddress = advertised;
            endpoints.SiloPort = siloPort;
            endpoints.GatewayPort = gatewayPort;
            endpoints.SiloListeningEndpoint = new IPEndPoint(options.SiloListen.Address, siloPort);
            endpoints.GatewayListeningEndpoint = new IPEndPoint(options.GatewayListen.Address, gatewayPort);
        });
    }

    public static void ConfigureClient(IClientBuilder client, EngineOptions options)
    {
        client.UseAdoNetClustering(clustering => (clustering.Invariant, clustering.ConnectionString) = (Invariant, options.Postgres));
        client.Configure<ClusterOptions>(cluster => SetCluster(cluster, options));
        // A gateway may be there before the first silo, and outlive the last.
        client.UseConnectionRetryFilter(static async (_, cancellationToken) =>
        {
            await Task.Delay(GatewayRetry, TimeProvider.System, cancellationToken);
            return true;
        });
    }

    // What grains stored is found by the service's name; it must outlast a cluster that is given another name.
    private static void SetCluster(ClusterOptions cluster, EngineOptions options) =>
        (cluster.ClusterId, cluster.ServiceId) = (options.ClusterId, "engine");

    private static int PortOf(IPEndPoint listen) => listen.Port > 0 ? listen.Port : FreePort.Of(listen.Address);

    private static IPAddress Advertised(EngineOptions options)
    {
        if (options.Advertise.Length == 0)
            return options.SiloListen.Address;
        if (IPAddress.TryParse(options.Advertise, out var address))
            return address;
        try
        {
            return Dns.GetHostAddresses(options.Advertise).OrderBy(static found => found.AddressFamily != AddressFamily.InterNetwork)
                .FirstOrDefault() ?? throw new SocketException((int)SocketError.HostNotFound);
        }
        catch (SocketException)
        {
            throw new StartException($"--advertise {options.Advertise} is no address, and no name that this machine can resolve.");
        }
    }
}
