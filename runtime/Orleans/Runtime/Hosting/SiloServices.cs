using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Runtime.Activations;
using Orleans.Runtime.Cluster;
using Orleans.Runtime.Connections;
using Orleans.Runtime.Filters;
using Orleans.Runtime.Generated;
using Orleans.Runtime.Membership.Gateways;
using Orleans.Runtime.Messaging;
using Orleans.Runtime.References;
using Orleans.Runtime.Storage;
using Orleans.Runtime.Timers;
using Orleans.Runtime.Types;
using Orleans.Serialization;
using Orleans.Timers;

namespace Orleans.Runtime.Hosting;

/// <summary>The services of a silo and of a client.</summary>
internal static class SiloServices
{
    public static void AddSilo(IServiceCollection services)
    {
        if (services.Any(static service => service.ServiceType == typeof(SiloHost)))
            return;
        AddCommon(services);
        services.TryAddSingleton<ActivationDirectory>();
        services.TryAddSingleton<ActivationShared>();
        services.TryAddSingleton<ActivationCollector>();
        services.TryAddSingleton<ActivationShutdown>();
        services.TryAddSingleton<ActivationHandover>();
        services.TryAddSingleton<IMemoryUse, ProcessMemoryUse>();
        services.TryAddSingleton<CallRouter>();
        services.TryAddSingleton<IReferenceRuntime>(static provider => provider.GetRequiredService<CallRouter>());
        services.TryAddSingleton<ClusterTopology>();
        services.TryAddSingleton<SiloSocket>();
        services.TryAddSingleton<SiloConnections>();
        services.TryAddSingleton<SiloListener>();
        services.TryAddSingleton<ClientDirectory>();
        services.TryAddSingleton<Gateway>();
        services.TryAddSingleton<IRemoteCalls, RemoteCalls>();
        services.TryAddSingleton(static provider => new LocalObjects(
            LocalObjects.SiloPrefix + provider.GetRequiredService<ILocalSiloDetails>().SiloAddress.ToParsableString(),
            provider.GetRequiredService<CodecRegistry>()));
        services.TryAddSingleton(static provider => GrainBindings.Of(provider.GetRequiredService<GrainTypeRegistry>()));
        services.TryAddSingleton<LocalSiloDetails>();
        services.TryAddSingleton<ILocalSiloDetails>(static provider => provider.GetRequiredService<LocalSiloDetails>());
        services.TryAddSingleton<SiloState>();
        services.TryAddSingleton<ISiloLifecycleSubject, SiloLifecycle>();
        services.TryAddSingleton<ISiloLifecycle>(static provider => provider.GetRequiredService<ISiloLifecycleSubject>());
        services.TryAddSingleton<ITimerRegistry, TimerRegistry>();
        services.TryAddSingleton<IGrainRuntime, GrainRuntime>();
        services.TryAddSingleton<IGrainContextAccessor, GrainContextAccessor>();
        services.TryAddSingleton<IPersistentStateFactory, PersistentStateFactory>();
        services.TryAddSingleton<IClusterClient, HostedClient>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(static provider => provider.GetRequiredService<ActivationCollector>());
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(static provider => provider.GetRequiredService<ActivationShutdown>());
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(static provider => provider.GetRequiredService<ActivationHandover>());
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(static provider => provider.GetRequiredService<Gateway>());
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(static provider => provider.GetRequiredService<SiloListener>());
        Membership.MembershipServices.AddMembership(services);
        services.AddSingleton<IConfigurationValidator, SiloOptionsValidator>();
        services.AddSingleton<SiloHost>();
        services.AddHostedService(static provider => provider.GetRequiredService<SiloHost>());
    }

    public static void AddClient(IServiceCollection services)
    {
        if (services.Any(static service => service.ServiceType == typeof(ClientConnection)))
            return;
        if (services.Any(static service => service.ServiceType == typeof(SiloHost)))
            throw new OrleansConfigurationException("A host has a silo or a client; the silo's host can call grains already.");
        AddCommon(services);
        services.TryAddSingleton<IGatewayList, StaticGatewayList>();
        services.TryAddSingleton<GatewayLinks>();
        services.TryAddSingleton<ClientConnection>();
        services.TryAddSingleton<IReferenceRuntime>(static provider => provider.GetRequiredService<ClientConnection>());
        services.TryAddSingleton(static provider => new LocalObjects(
            $"client-{Guid.NewGuid():N}", provider.GetRequiredService<CodecRegistry>()));
        services.TryAddSingleton<GrainBindings>();
        services.TryAddSingleton<IClusterClient, HostedClient>();
        services.AddHostedService(static provider => provider.GetRequiredService<ClientConnection>());
    }

    private static void AddCommon(IServiceCollection services)
    {
        services.AddLogging();
        services.AddOptions();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<GrainTypeRegistry>();
        services.TryAddSingleton<CallFilters>();
        services.TryAddSingleton<GrainFactory>();
        services.TryAddSingleton<IGrainFactory>(static provider => provider.GetRequiredService<GrainFactory>());
        services.AddSingleton<ICodecSource, BuiltInCodecs>();
        services.AddSingleton<ICodecSource, MemberCodecs>();
        services.AddSingleton<ICodecSource>(static provider => new ExceptionCodecs(
            provider.GetRequiredService<IOptions<ExceptionSerializationOptions>>().Value));
        services.AddSingleton<ICodecSource>(static provider => new ReferenceCodecs(provider.GetRequiredService<GrainFactory>));
        services.TryAddSingleton(static provider => new CodecRegistry(provider.GetServices<ICodecSource>()));
    }
}
