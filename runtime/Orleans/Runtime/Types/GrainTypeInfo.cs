using System.Globalization;
using System.Reflection;
using Orleans.Configuration;
using Orleans.Metadata;
using Orleans.Runtime.Activations;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime.Types;

/// <summary>A grain class: what its attributes say and how it is created.</summary>
internal sealed class GrainTypeInfo
{
    private readonly Lazy<Func<Activation, object>> _create;

    public GrainTypeInfo(Type grainClass, IServiceProvider services, GrainCollectionOptions collection)
    {
        GrainClass = grainClass;
        Name = grainClass.FullName ?? grainClass.Name;
        GrainType = NameOf(grainClass, services);
        Interfaces = [.. grainClass.GetInterfaces().Where(static type => typeof(IAddressable).IsAssignableFrom(type))];
        var properties = new Dictionary<string, string>();
        foreach (var attribute in grainClass.GetCustomAttributes(inherit: true).OfType<IGrainPropertiesProviderAttribute>())
            attribute.Populate(services, grainClass, GrainType, properties);
        IsReentrant = properties.ContainsKey(WellKnownGrainTypeProperties.Reentrant);
        MayInterleave = Predicate(grainClass, properties.GetValueOrDefault(WellKnownGrainTypeProperties.MayInterleavePredicate));
        CollectionAge = AgeOf(properties.GetValueOrDefault(WellKnownGrainTypeProperties.IdleDeactivationPeriod), collection);
        FiltersItself = typeof(IIncomingGrainCallFilter).IsAssignableFrom(grainClass);
        OverridesActivate = Overrides(nameof(IGrainBase.OnActivateAsync), typeof(CancellationToken));
        OverridesDeactivate = Overrides(nameof(IGrainBase.OnDeactivateAsync), typeof(DeactivationReason), typeof(CancellationToken));
        _create = new Lazy<Func<Activation, object>>(() => GrainActivator.For(grainClass));
    }

    public Type GrainClass { get; }

    public string Name { get; }

    public GrainType GrainType { get; }

    public Type[] Interfaces { get; }

    public bool IsReentrant { get; }

    /// <summary>Decides whether a call may run beside others; null when the class does not say.</summary>
    public Func<object, IInvokable, bool>? MayInterleave { get; }

    /// <summary>Idle time after which an activation ends; null for never.</summary>
    public TimeSpan? CollectionAge { get; }

    public bool FiltersItself { get; }

    public bool OverridesActivate { get; }

    public bool OverridesDeactivate { get; }

    public static GrainType NameOf(Type grainClass, IServiceProvider services)
    {
        foreach (var attribute in grainClass.GetCustomAttributes(inherit: false).OfType<IGrainTypeProviderAttribute>())
            return attribute.GetGrainType(services, grainClass);
        var name = grainClass.Name.ToLowerInvariant();
        const string suffix = "grain";
        return GrainType.Create(name.Length > suffix.Length && name.EndsWith(suffix, StringComparison.Ordinal)
            ? name[..^suffix.Length]
            : name);
    }

    public object CreateInstance(Activation activation) => _create.Value(activation);

    private TimeSpan? AgeOf(string? property, GrainCollectionOptions collection)
    {
        if (property == WellKnownGrainTypeProperties.IndefiniteIdleDeactivationPeriodValue)
            return null;
        if (property is not null)
            return TimeSpan.ParseExact(property, "c", CultureInfo.InvariantCulture);
        return collection.ClassSpecificCollectionAge.TryGetValue(Name, out var age) ? age : collection.CollectionAge;
    }

    private bool Overrides(string name, params Type[] parameters)
    {
        var method = GrainClass.GetMethod(name, BindingFlags.Instance | BindingFlags.Public, parameters);
        return method is null
            ? GrainClass.GetInterfaces().Contains(typeof(IGrainBase)) && !typeof(Grain).IsAssignableFrom(GrainClass)
            : method.DeclaringType != typeof(Grain);
    }

    private static Func<object, IInvokable, bool>? Predicate(Type grainClass, string? name)
    {
        if (name is null)
            return null;
        var method = grainClass.GetMethod(
            name, BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.FlattenHierarchy,
            [typeof(IInvokable)]);
        if (method is null || method.ReturnType != typeof(bool))
            throw new OrleansConfigurationException($"{grainClass} has no method 'bool {name}(IInvokable)'.");
        if (!method.IsStatic)
            return (grain, call) => (bool)method.Invoke(grain, [call])!;
        var predicate = method.CreateDelegate<Func<IInvokable, bool>>();
        return (_, call) => predicate(call);
    }
}
