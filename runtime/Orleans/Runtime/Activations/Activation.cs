using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Core.Internal;
using Orleans.Runtime.Generated;
using Orleans.Runtime.Scheduling;
using Orleans.Runtime.Types;

namespace Orleans.Runtime.Activations;

/// <summary>
/// A grain in memory. It comes into being empty with the first call for its identity, creates the grain object in its
/// first turn, and ends when it was idle for long, is asked to, or the silo stops. Calls wait here until the rules of
/// interleaving let them in. Everything but the mailbox is touched only within turns, so there are no locks.
/// This part holds identity and services; the others hold the calls and the life cycle.
/// </summary>
internal sealed partial class Activation :
    TurnScheduler, IGrainContext, ICallHost, IEnumerationHost, ICallChainReentrantGrainContext
{
    private readonly ActivationShared _shared;
    private readonly Guid _id = Guid.NewGuid();
    private IServiceScope? _scope;
    private Dictionary<Type, object>? _components;
    private Enumerations? _enumerations;
    private GrainReference? _reference;

    public Activation(GrainId grainId, GrainTypeInfo type, ActivationShared shared)
    {
        GrainId = grainId;
        Type = type;
        _shared = shared;
    }

    public GrainId GrainId { get; }

    public GrainTypeInfo Type { get; }

    public ActivationId ActivationId => new(_id);

    public object? GrainInstance { get; private set; }

    public GrainReference GrainReference => _reference ??= _shared.References.UntypedReference(GrainId);

    public GrainAddress Address => new()
    {
        GrainId = GrainId,
        ActivationId = ActivationId,
        SiloAddress = _shared.SiloAddress,
    };

    public IServiceProvider ActivationServices => (_scope ??= _shared.Services.CreateScope()).ServiceProvider;

    public IWorkItemScheduler Scheduler => this;

    public CodecRegistry Codecs => _shared.Codecs;

    public Enumerations Enumerations => _enumerations ??= new Enumerations(_shared.GrainClock);

    public ActivationShared Shared => _shared;

    protected override IGrainContext? TurnContext => this;

    protected override ICallHost CallHost => this;

    protected override int QuantumMs => _shared.QuantumMs;

    public object? GetTarget() => GrainInstance;

    public object? GetComponent(Type componentType)
    {
        if (_components is not null && _components.TryGetValue(componentType, out var component))
            return component;
        if (componentType.IsInstanceOfType(this))
            return this;
        if (componentType.IsInstanceOfType(GrainInstance))
            return GrainInstance;
        if (!typeof(IGrainExtension).IsAssignableFrom(componentType)
            || ActivationServices.GetKeyedService<IGrainExtension>(componentType) is not { } extension)
        {
            return null;
        }

        (_components ??= [])[componentType] = extension;
        return extension;
    }

    public void SetComponent<TComponent>(TComponent? value)
        where TComponent : class
    {
        if (value is null)
            _components?.Remove(typeof(TComponent));
        else
            (_components ??= [])[typeof(TComponent)] = value;
    }

    public bool Equals(IGrainContext? other) => ReferenceEquals(this, other);

    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);

    public override string ToString() => $"[{GrainId} {State}]";

    public void ReceiveMessage(object message) => Enqueue((GrainCall)message);

    object ICallHost.ResolveTarget(GrainCall call) =>
        call.IsExtension
            ? GetComponent(call.Method.InterfaceType) ?? throw new GrainExtensionNotInstalledException(
                $"{GrainId} has no extension {call.Method.InterfaceName}.")
            : GrainInstance!;

    internal override void OnTurnFailed(Exception error) => _shared.Log.TurnFailed(GrainId, error);

    protected override void OnLongTurn(long elapsedMs)
    {
        if (elapsedMs >= _shared.TurnWarningMs)
            _shared.Log.LongTurn(GrainId, elapsedMs);
    }
}
