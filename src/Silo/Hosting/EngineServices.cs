using Engine.Api;
using Engine.Api.Cluster;
using Engine.Api.Signals;
using Engine.Grains;
using Engine.Grains.Hosting;
using Engine.Silo.Cluster;
using Engine.Silo.Configuration;
using Engine.Silo.Readiness;
using Engine.Silo.Time;
using Engine.Storage.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;
using Orleans.Reminders;
using Orleans.Runtime;
using Orleans.Serialization;

namespace Engine.Silo.Hosting;

/// <summary>
/// The composition root: what a process consists of, by its role and its store. Everything is wired here and nowhere else;
/// the parts know interfaces only.
/// </summary>
internal static class EngineServices
{
    // The name under which Orleans looks for it.
    private const string SubscriptionStorage = "PubSubStore";

    public static async Task AddAsync(
        WebApplicationBuilder builder, EngineOptions options, Installation installation, CancellationToken cancellationToken)
    {
        var services = builder.Services;
        services.AddSingleton(options);
        services.AddSingleton(installation);
        services.AddSingleton(installation.MasterKey);
        services.Configure<HostOptions>(host => host.ShutdownTimeout = options.DrainTimeout);
        services.AddSingleton<StopRequests>();
        services.AddSingleton<IHostLifetime, SignalLifetime>();

        var endpoints = ClusterEndpoints.Of(options);
        services.AddSingleton(_ => endpoints);
        var clock = await AddStoreAsync(services, options, installation, endpoints, cancellationToken);
        services.AddSingleton(new EngineClock(clock));
        services.AddEngineGrains(routing => CopyTo(options.Routing, routing));
        if (options.Role == EngineRole.Gateway)
            AddGateway(builder, options);
        else
            AddSilo(builder, options, endpoints, clock);

        if (options.IsCluster)
        {
            // An embedded silo is alone with its files: what it can tell of them it tells when it starts.
            services.AddSingleton<IReadinessProbe, DatabaseProbe>();
            services.AddSingleton<IReadinessProbe, ClusterProbe>();
        }

        services.AddSingleton<ServingMonitor>();
        services.AddHostedService(static provider => provider.GetRequiredService<ServingMonitor>());
        services.AddSingleton<ProcessReporter>();
        services.AddHostedService(static provider => provider.GetRequiredService<ProcessReporter>());
        services.AddSingleton<IProcess>(static provider => provider.GetRequiredService<ProcessReporter>());
        services.AddSingleton(new OperatorAccess(installation.OperatorKey));
        services.AddEngineApi(api => CopyTo(options.Api, api));
    }

    private static async Task<TimeProvider> AddStoreAsync(
        IServiceCollection services, EngineOptions options, Installation installation, ClusterEndpoints endpoints,
        CancellationToken cancellationToken)
    {
        if (options.IsCluster)
            return await ClusterSetup.AddStoreAsync(services, options, installation, endpoints, cancellationToken);
        services.AddEngineSqliteStorage(storage =>
        {
            CopyTo(options.Storage, storage);
            storage.DataDirectory = options.DataDirectory;
        });
        return options.ClockSpeed == 1
            ? TimeProvider.System
            : new ScaledTimeProvider(TimeProvider.System, options.ClockSpeed, options.ClockStart);
    }

    private static void AddSilo(WebApplicationBuilder builder, EngineOptions options, ClusterEndpoints endpoints, TimeProvider clock)
    {
        builder.UseOrleans(silo =>
        {
            if (options.IsCluster)
                ClusterSetup.ConfigureSilo(silo, options, endpoints);
            else
                silo.UseLocalhostClustering(siloPort: endpoints.SiloPort, gatewayPort: 0);
            silo.AddReminders();
            // Typing and presence. Subscriptions are kept as loosely as the signals themselves.
            silo.AddMemoryStreams(ActivityStreams.Provider);
            silo.AddMemoryGrainStorage(SubscriptionStorage);
            AddSerializers(silo.Services);
            // Deadlines go by the engine's clock; messaging and membership keep real time.
            silo.Services.AddKeyedSingleton(TimeProviderNames.Grains, clock);
            silo.Services.AddKeyedSingleton(ReminderTimeProviderNames.Reminders, clock);
            if (options.OtlpEndpoint is not null)
                silo.AddActivityPropagation();
        });

        // After the silo, which it calls; before the server, which is started last.
        builder.Services.AddSingleton<FirstStart>();
        builder.Services.AddHostedService(static provider => provider.GetRequiredService<FirstStart>());
        builder.Services.AddEngineConsumers();
    }

    private static void AddGateway(WebApplicationBuilder builder, EngineOptions options)
    {
        // It listens, and says that it does not serve, while it waits for a first silo.
        builder.Services.Configure<HostOptions>(static host => host.ServicesStartConcurrently = true);
        builder.UseOrleansClient(client =>
        {
            ClusterSetup.ConfigureClient(client, options);
            client.AddMemoryStreams(ActivityStreams.Provider);
            AddSerializers(client.Services);
            if (options.OtlpEndpoint is not null)
                client.AddActivityPropagation();
        });
    }

    private static void AddSerializers(IServiceCollection services)
    {
        services.AddSerializer(static serializer => serializer.AddProtobufSerializer());
        services.Configure<ExceptionSerializationOptions>(static exceptions =>
        {
            exceptions.SupportedNamespacePrefixes.Add("Engine");
            exceptions.SupportedNamespacePrefixes.Add("Npgsql");
        });
    }

    /// <summary>Gives a part its own copy of what was configured.</summary>
    public static void CopyTo<TOptions>(TOptions from, TOptions to)
    {
        foreach (var property in typeof(TOptions).GetProperties())
            property.SetValue(to, property.GetValue(from));
    }
}
