using System.Collections.Concurrent;
using Orleans.Runtime.Types;

namespace Orleans.Runtime.References;

/// <summary>Makes references for a silo or a client.</summary>
internal sealed class GrainFactory(
    GrainTypeRegistry registry, GrainBindings bindings, IReferenceRuntime runtime, LocalObjects objects) : IGrainFactory
{
    private readonly ConcurrentDictionary<(GrainType, Type), (GrainReferenceShared Shared, GrainInterfaceInfo Info)> _shared = new();
    private readonly ConcurrentDictionary<GrainType, GrainReferenceShared> _untyped = new();

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidKey =>
        Create<TGrainInterface>(GrainIdKeyExtensions.CreateGuidKey(primaryKey), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerKey =>
        Create<TGrainInterface>(GrainIdKeyExtensions.CreateIntegerKey(primaryKey), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey =>
        Create<TGrainInterface>(StringKey(primaryKey), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string keyExtension, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidCompoundKey
    {
        CheckExtension(keyExtension);
        return Create<TGrainInterface>(GrainIdKeyExtensions.CreateGuidKey(primaryKey, keyExtension), grainClassNamePrefix);
    }

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string keyExtension, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerCompoundKey
    {
        CheckExtension(keyExtension);
        return Create<TGrainInterface>(GrainIdKeyExtensions.CreateIntegerKey(primaryKey, keyExtension), grainClassNamePrefix);
    }

    public IGrain GetGrain(Type grainInterfaceType, Guid grainPrimaryKey) =>
        (IGrain)Create(grainInterfaceType, GrainIdKeyExtensions.CreateGuidKey(grainPrimaryKey));

    public IGrain GetGrain(Type grainInterfaceType, long grainPrimaryKey) =>
        (IGrain)Create(grainInterfaceType, GrainIdKeyExtensions.CreateIntegerKey(grainPrimaryKey));

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey) =>
        (IGrain)Create(grainInterfaceType, StringKey(grainPrimaryKey));

    public IGrain GetGrain(Type grainInterfaceType, Guid grainPrimaryKey, string keyExtension) =>
        (IGrain)Create(grainInterfaceType, GrainIdKeyExtensions.CreateGuidKey(grainPrimaryKey, keyExtension));

    public IGrain GetGrain(Type grainInterfaceType, long grainPrimaryKey, string keyExtension) =>
        (IGrain)Create(grainInterfaceType, GrainIdKeyExtensions.CreateIntegerKey(grainPrimaryKey, keyExtension));

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable =>
        (TGrainInterface)(object)TypedReference(grainId, typeof(TGrainInterface));

    public IAddressable GetGrain(GrainId grainId) => UntypedReference(grainId);

    public IAddressable GetGrain(GrainId grainId, GrainInterfaceType interfaceType) =>
        registry.FindInterface(interfaceType.ToString()) is { } info
            ? TypedReference(grainId, info.Type)
            : throw new ArgumentException($"There is no grain interface {interfaceType}.");

    public TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver
    {
        ArgumentNullException.ThrowIfNull(obj);
        if (!typeof(TGrainObserverInterface).IsInterface)
            throw new ArgumentException($"{typeof(TGrainObserverInterface)} is not an interface.");
        if (obj is GrainReference)
            throw new ArgumentException("It is a reference already.", nameof(obj));
        if (obj is IGrainBase)
            throw new ArgumentException("A grain is called by its own reference.", nameof(obj));
        if (obj is not TGrainObserverInterface)
            throw new ArgumentException($"{obj.GetType()} does not implement {typeof(TGrainObserverInterface)}.", nameof(obj));
        return (TGrainObserverInterface)(object)TypedReference(objects.Add(obj), typeof(TGrainObserverInterface));
    }

    public void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver
    {
        if (obj is not GrainReference reference)
            throw new ArgumentException("What is deleted is the reference that CreateObjectReference returned.", nameof(obj));
        objects.Remove(reference.GrainId);
    }

    internal GrainReference UntypedReference(GrainId grainId) => new UntypedReference(
        _untyped.GetOrAdd(grainId.Type, static (type, runtime) => new GrainReferenceShared(type, default, 0, runtime), runtime),
        grainId.Key);

    internal GrainReference TypedReference(GrainId grainId, Type interfaceType)
    {
        if (interfaceType == typeof(IAddressable))
            return UntypedReference(grainId);
        var (shared, info) = _shared.TryGetValue((grainId.Type, interfaceType), out var known)
            ? known
            : _shared.GetOrAdd((grainId.Type, interfaceType), static (key, factory) => factory.Share(key.Item1, key.Item2), this);
        return info.CreateReference(shared, grainId.Key);
    }

    internal (GrainReferenceShared Shared, GrainInterfaceInfo Info) Share(GrainType grainType, Type interfaceType)
    {
        var info = registry.GetInterface(interfaceType);
        return (new GrainReferenceShared(grainType, info.InterfaceType, 0, runtime), info);
    }

    private static IdSpan StringKey(string key)
    {
        if (string.IsNullOrWhiteSpace(key))
            throw new ArgumentException("A grain's key must not be empty.", nameof(key));
        return IdSpan.Create(key);
    }

    private static void CheckExtension(string keyExtension)
    {
        if (string.IsNullOrWhiteSpace(keyExtension))
            throw new ArgumentException("The extension of a compound key must not be empty.", nameof(keyExtension));
    }

    private TGrainInterface Create<TGrainInterface>(IdSpan key, string? classNamePrefix) =>
        (TGrainInterface)(object)TypedReference(
            new GrainId(bindings.Resolve(typeof(TGrainInterface), classNamePrefix), key), typeof(TGrainInterface));

    private GrainReference Create(Type interfaceType, IdSpan key) =>
        TypedReference(new GrainId(bindings.Resolve(interfaceType, null), key), interfaceType);
}
