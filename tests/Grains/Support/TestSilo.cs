using Engine.Grains.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Reminders;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.TestingHost;

namespace Engine.Grains.Tests.Support;

/// <summary>A silo with the engine's grains over given stores. Two over the same stores are two activations of every actor.</summary>
internal sealed class TestSilo : IAsyncDisposable
{
    private readonly InProcessTestCluster _cluster;

    private TestSilo(InProcessTestCluster cluster) => _cluster = cluster;

    public IGrainFactory Grains => _cluster.Client;

    public IServiceProvider Services => _cluster.Silos[0].ServiceProvider;

    public static async Task<TestSilo> StartAsync(
        Stores stores, bool consumers = false, Action<IServiceCollection>? services = null, Action<ISiloBuilder>? configure = null)
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddReminders();
            silo.Services.AddSerializer(serializer => serializer.AddProtobufSerializer());
            silo.Services.AddKeyedSingleton(TimeProviderNames.Grains, stores.Clock.Time);
            silo.Services.AddKeyedSingleton(ReminderTimeProviderNames.Reminders, stores.Clock.Time);
            stores.Register(silo.Services);
            silo.Services.AddEngineGrains();
            if (consumers) silo.Services.AddEngineConsumers();
            services?.Invoke(silo.Services);
            configure?.Invoke(silo);
        });
        builder.ConfigureClient(client => client.Services.AddSerializer(serializer => serializer.AddProtobufSerializer()));
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new TestSilo(cluster);
    }

    /// <summary>The next call to the actor makes another activation.</summary>
    public async Task DeactivateAsync(IAddressable grain) => await _cluster.DeactivateAsync(grain.GetGrainId());

    public async ValueTask DisposeAsync()
    {
        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
    }
}
