using Orleans.Core;
using Orleans.Providers;
using Orleans.Runtime.Activations;
using Orleans.Runtime.Storage;
using Orleans.Timers;

namespace Orleans.Runtime.Hosting;

/// <summary>The silo as its grains see it.</summary>
internal sealed class GrainRuntime(
    IServiceProvider services, ILocalSiloDetails silo, IGrainFactory factory, ITimerRegistry timers, ActivationShared shared)
    : IGrainRuntime
{
    public string SiloIdentity { get; } = silo.SiloAddress.ToString();

    public SiloAddress SiloAddress => silo.SiloAddress;

    public IGrainFactory GrainFactory => factory;

    public ITimerRegistry TimerRegistry => timers;

    public IServiceProvider ServiceProvider => services;

    public TimeProvider TimeProvider => shared.GrainClock;

    public void DeactivateOnIdle(IGrainContext grainContext) => grainContext.Deactivate(new DeactivationReason(
        DeactivationReasonCode.ApplicationRequested, $"{nameof(DeactivateOnIdle)} was called."));

    public void DelayDeactivation(IGrainContext grainContext, TimeSpan timeSpan) => ((Activation)grainContext).KeepAlive(timeSpan);

    public IStorage<TGrainState> GetStorage<TGrainState>(IGrainContext grainContext)
    {
        var activation = (Activation)grainContext;
        var provider = activation.Type.GrainClass.GetCustomAttributes(typeof(StorageProviderAttribute), inherit: true)
            .Cast<StorageProviderAttribute>().FirstOrDefault()?.ProviderName;
        return PersistentStateFactory.Create<TGrainState>(activation, activation.Type.Name, provider);
    }
}
