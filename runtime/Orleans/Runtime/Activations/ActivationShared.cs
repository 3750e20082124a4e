using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.Filters;
using Orleans.Runtime.Generated;
using Orleans.Runtime.Membership;
using Orleans.Runtime.Messaging;
using Orleans.Runtime.References;

namespace Orleans.Runtime.Activations;

/// <summary>What the activations of a silo have in common, so that each needs one reference to it.</summary>
internal sealed class ActivationShared
{
    private readonly Lazy<CallRouter> _router;
    private readonly Lazy<GrainFactory> _references;
    private readonly Lazy<ActivationHandover> _handover;
    private long _deactivations;

    public ActivationShared(
        IServiceProvider services, ILocalSiloDetails silo, CodecRegistry codecs, CallFilters filters,
        ActivationDirectory directory, IClusterMembership membership, IOptions<GrainCollectionOptions> collection, IOptions<SchedulingOptions> scheduling,
        IOptions<SiloMessagingOptions> messaging, ILogger<Activation> logger)
    {
        Services = services;
        Codecs = codecs;
        Filters = filters;
        Directory = directory;
        Membership = membership;
        SiloAddress = silo.SiloAddress;
        Log = new ActivationLog(logger);
        GrainClock = Clocks.Get(services, TimeProviderNames.Grains);
        ManagementClock = Clocks.Get(services, TimeProviderNames.ActivationManagement);
        ActivationTimeout = collection.Value.ActivationTimeout;
        DeactivationTimeout = collection.Value.DeactivationTimeout;
        QuantumMs = (int)scheduling.Value.ActivationSchedulingQuantum.TotalMilliseconds;
        TurnWarningMs = (long)scheduling.Value.TurnWarningLengthThreshold.TotalMilliseconds;
        WaitingCallsMax = messaging.Value.MaxEnqueuedRequestsHardLimit;
        DropsExpired = messaging.Value.DropExpiredMessages;
        _router = new Lazy<CallRouter>(services.GetRequiredService<CallRouter>);
        _references = new Lazy<GrainFactory>(services.GetRequiredService<GrainFactory>);
        _handover = new Lazy<ActivationHandover>(services.GetRequiredService<ActivationHandover>);
    }

    public IServiceProvider Services { get; }

    public CodecRegistry Codecs { get; }

    public CallFilters Filters { get; }

    public ActivationDirectory Directory { get; }

    public IClusterMembership Membership { get; }

    public SiloAddress SiloAddress { get; }

    public ActivationLog Log { get; }

    public TimeProvider GrainClock { get; }

    public TimeProvider ManagementClock { get; }

    public TimeSpan ActivationTimeout { get; }

    public TimeSpan DeactivationTimeout { get; }

    public int QuantumMs { get; }

    public long TurnWarningMs { get; }

    /// <summary>Zero for no limit.</summary>
    public int WaitingCallsMax { get; }

    public bool DropsExpired { get; }

    public CallRouter Router => _router.Value;

    public GrainFactory References => _references.Value;

    public ActivationHandover Handover => _handover.Value;

    public long Deactivations => Volatile.Read(ref _deactivations);

    public void OnDeactivated(Activation activation, DeactivationReason reason)
    {
        Interlocked.Increment(ref _deactivations);
        Log.Deactivated(activation.GrainId, reason.ReasonCode);
    }
}
