using Engine.Grains.Agents;
using Engine.Grains.Cluster;
using Engine.Grains.Events;
using Engine.Grains.Identities;
using Engine.Grains.Journal;
using Engine.Grains.Keys;
using Engine.Grains.Views;
using Microsoft.Extensions.DependencyInjection;

namespace Engine.Grains.Hosting;

/// <summary>Registers what grains and readers need. The host adds the stores, <see cref="MasterKey"/> and <see cref="EngineClock"/>.</summary>
public static class EngineGrains
{
    public static IServiceCollection AddEngineGrains(this IServiceCollection services)
    {
        services.AddSingleton<KeyVault>();
        services.AddSingleton<IIdentityKeys, IdentityKeys>();
        services.AddSingleton<JournaledGrainContext>();
        services.AddSingleton<ViewProgress>();
        services.AddSingleton<IListings, Listings>();
        services.AddSingleton<IEventReader, EventReader>();
        services.AddSingleton<IStoreFigures, StoreFigures>();
        return services;
    }

    /// <summary>Registers the consumers that a silo runs.</summary>
    public static IServiceCollection AddEngineConsumers(this IServiceCollection services)
    {
        services.AddHostedService<ViewConsumer>();
        services.AddHostedService<InboxConsumer>();
        return services;
    }
}
