using System.Diagnostics.Metrics;
using Engine.Grains.Agents;
using Engine.Grains.Catalogs;
using Engine.Grains.Cluster;
using Engine.Grains.Consumers;
using Engine.Grains.Events;
using Engine.Grains.Expectations;
using Engine.Grains.Identities;
using Engine.Grains.Journal;
using Engine.Grains.Keys;
using Engine.Grains.Routing;
using Engine.Grains.Routing.Rehearsing;
using Engine.Grains.Sla.Explaining;
using Engine.Grains.Views;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Engine.Grains.Hosting;

/// <summary>Registers what grains and readers need. The host adds the stores, <see cref="MasterKey"/> and <see cref="EngineClock"/>.</summary>
public static class EngineGrains
{
    /// <param name="routing">Sets how queues look after themselves; null: as usual.</param>
    public static IServiceCollection AddEngineGrains(this IServiceCollection services, Action<RoutingOptions>? routing = null)
    {
        services.AddSingleton<KeyVault>();
        services.AddSingleton<IIdentityKeys, IdentityKeys>();
        services.AddSingleton<JournaledGrainContext>();
        services.AddSingleton(provider => new ConsumerRegistry(provider.GetService<IMeterFactory>()));
        services.AddSingleton<ViewProgress>();
        services.AddSingleton<ViewCatchUp>();
        services.AddSingleton<IListings, Listings>();
        services.AddOptions<CatalogOptions>().ValidateDataAnnotations().ValidateOnStart();
        // By real time, whatever speed the engine's clock has.
        services.AddSingleton<ICatalogs>(static provider => new SiloCatalogs(
            provider.GetRequiredService<IGrainFactory>(),
            provider.GetRequiredService<IOptions<CatalogOptions>>(),
            TimeProvider.System,
            provider.GetRequiredService<ILogger<SiloCatalogs>>()));
        services.AddSingleton<IEventReader, EventReader>();
        services.AddSingleton<IRoutingPasts, RoutingPasts>();
        services.AddSingleton<IConversationHistories, ConversationHistories>();
        services.AddSingleton<IQueueLoads>(static provider =>
        {
            var grains = provider.GetRequiredService<IGrainFactory>();
            return new QueueLoads(
                key => grains.GetGrain<IQueueGrain>(key).GetLoadAsync(), TimeProvider.System, provider.GetRequiredService<ILogger<QueueLoads>>());
        });
        services.AddSingleton<IStoreFigures, StoreFigures>();
        services.AddOptions<RoutingOptions>().Configure(routing ?? (static _ => { })).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<ClockPace>();
        services.AddSingleton(provider => new RoutingMetrics(provider.GetService<IMeterFactory>()));
        return services;
    }

    /// <summary>Registers the consumers that silos share. Every silo of a cluster needs them, a gateway does not.</summary>
    public static IServiceCollection AddEngineConsumers(this IServiceCollection services)
    {
        services.AddConsumer<ViewConsumer>(ViewConsumer.Name);
        services.AddConsumer<InboxConsumer>(InboxConsumer.Name);
        services.AddConsumer<RoutingConsumer>(RoutingConsumer.Name);
        services.AddHostedService<ConsumerSupervisor>();
        return services;
    }

    private static void AddConsumer<T>(this IServiceCollection services, string name)
        where T : class, IConsumer
    {
        services.AddKeyedTransient<IConsumer, T>(name);
        services.AddSingleton(new ConsumerKind(name));
    }
}
