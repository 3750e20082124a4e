using System.Globalization;
using System.Net;
using Engine.Silo.Configuration;
using Engine.Silo.Time;
using Engine.Storage.Hosting;
using Engine.Storage.Postgres.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Engine.Silo.Hosting;

/// <summary>What a process of a cluster has in place of the embedded store and the silo that is alone.</summary>
internal static class ClusterSetup
{
    /// <summary>As the ADO.NET providers of Orleans know it.</summary>
    private const string Invariant = "Npgsql";

    /// <summary>So many unanswered probes make a silo dead, where the operator says how fast.</summary>
    private const int MissedProbesMax = 2;

    private const string GrainStorageName = "engine";

    /// <summary>Adds the database. Returns the engine's clock, which is the database's.</summary>
    public static async Task<TimeProvider> AddStoreAsync(
        IServiceCollection services, EngineOptions options, Installation installation, ClusterEndpoints endpoints,
        CancellationToken cancellationToken)
    {
        var clock = await ClusterClock.StartAsync(options, cancellationToken);
        services.AddSingleton(_ => clock);
        services.AddEnginePostgresStorage(
            storage =>
            {
                EngineServices.CopyTo(options.PostgresStorage, storage);
                storage.SiloName = endpoints.Name;
            },
            GrainStorageName);
        return installation.Clock is { } scaled ? ScaledTimeProvider.Since(clock.Time, scaled.Speed, scaled.RealTime) : clock.Time;
    }

    /// <summary>Brings the schema up to date. Returns what to tell of it.</summary>
    public static async Task<IReadOnlyList<string>> MigrateAsync(EngineOptions options, CancellationToken cancellationToken)
    {
        using var logs = LoggerFactory.Create(builder => LogSetup.Configure(builder, options));
        var schemas = await PostgresMigrator.MigrateAsync(options.Postgres, logs.CreateLogger("Engine.Storage"), cancellationToken);
        return [.. schemas.Select(schema => string.Create(CultureInfo.InvariantCulture, $"schema {schema.Schema}: version {schema.Version}"))];
    }

    public static void ConfigureSilo(ISiloBuilder silo, EngineOptions options, ClusterEndpoints endpoints)
    {
        silo.UseAdoNetClustering(clustering => (clustering.Invariant, clustering.ConnectionString) = (Invariant, options.Postgres));
        silo.AddAdoNetGrainStorage(
            GrainStorageName, storage => (storage.Invariant, storage.ConnectionString) = (Invariant, options.Postgres));
        silo.Configure<ClusterOptions>(cluster => SetCluster(cluster, options));
        silo.Configure<SiloOptions>(named => named.SiloName = endpoints.Name);
        if (options.DeadAfter is { } silence)
        {
            silo.Configure<ClusterMembershipOptions>(
                membership => (membership.NumMissedProbesLimit, membership.ProbeTimeout) = (MissedProbesMax, silence / MissedProbesMax));
        }

        silo.Configure<EndpointOptions>(listen =>
        {
            listen.AdvertisedIPAddress = endpoints.Advertised;
            listen.SiloPort = endpoints.SiloPort;
            listen.GatewayPort = endpoints.GatewayPort;
            listen.SiloListeningEndpoint = new IPEndPoint(options.SiloListen.Address, endpoints.SiloPort);
            listen.GatewayListeningEndpoint = new IPEndPoint(options.GatewayListen.Address, endpoints.GatewayPort);
        });
    }

    public static void ConfigureClient(IClientBuilder client, EngineOptions options)
    {
        client.UseAdoNetClustering(clustering => (clustering.Invariant, clustering.ConnectionString) = (Invariant, options.Postgres));
        client.Configure<ClusterOptions>(cluster => SetCluster(cluster, options));
        // A gateway may be there before the first silo, and outlive the last.
        client.UseConnectionRetryFilter<WaitForSilo>();
    }

    // What grains stored is found by the service's name; it must outlast a cluster that is given another name.
    private static void SetCluster(ClusterOptions cluster, EngineOptions options) =>
        (cluster.ClusterId, cluster.ServiceId) = (options.ClusterId, "engine");
}
