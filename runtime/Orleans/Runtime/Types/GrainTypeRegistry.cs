using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.Generated;

namespace Orleans.Runtime.Types;

/// <summary>The grain interfaces and classes that the application's assemblies declare.</summary>
internal sealed class GrainTypeRegistry
{
    private readonly ConcurrentDictionary<Type, GrainInterfaceInfo> _interfaces = new();
    private readonly ConcurrentDictionary<string, Type> _interfaceNames = new(StringComparer.Ordinal);
    private readonly FrozenDictionary<GrainType, GrainTypeInfo> _classes;
    private readonly List<GenericInterfaceRegistration> _generic;

    public GrainTypeRegistry(IServiceProvider services, IOptions<GrainCollectionOptions> collection)
    {
        var manifest = ApplicationParts.Collect();
        _generic = manifest.GenericInterfaces;
        foreach (var registration in manifest.Interfaces)
            Add(new GrainInterfaceInfo(registration.InterfaceType, registration.CreateReference, registration.CreateCalls));
        var classes = new Dictionary<GrainType, GrainTypeInfo>();
        foreach (var grainClass in manifest.GrainClasses.Distinct())
        {
            var info = new GrainTypeInfo(grainClass, services, collection.Value);
            if (!classes.TryAdd(info.GrainType, info))
            {
                throw new OrleansConfigurationException(
                    $"{grainClass} and {classes[info.GrainType].GrainClass} both are grain type '{info.GrainType}'. "
                    + "Give one of them a [GrainType].");
            }
        }

        _classes = classes.ToFrozenDictionary();
    }

    public IEnumerable<GrainTypeInfo> Classes => _classes.Values;

    public bool TryGetClass(GrainType grainType, [MaybeNullWhen(false)] out GrainTypeInfo info) =>
        _classes.TryGetValue(grainType, out info);

    public GrainInterfaceInfo GetInterface(Type type) =>
        _interfaces.TryGetValue(type, out var info) ? info : AddGeneric(type);

    /// <summary>The interface with this name, if any assembly has it.</summary>
    public GrainInterfaceInfo? FindInterface(string name)
    {
        if (_interfaceNames.TryGetValue(name, out var type))
            return _interfaces[type];
        var bracket = name.IndexOf('[', StringComparison.Ordinal);
        if (bracket < 0)
            return null;
        var definition = _generic.FirstOrDefault(generic => generic.InterfaceType.FullName == name[..bracket]);
        return definition is not null && definition.InterfaceType.Assembly.GetType(name) is { } closed ? GetInterface(closed) : null;
    }

    private GrainInterfaceInfo AddGeneric(Type type)
    {
        var registration = type.IsConstructedGenericType
            ? _generic.FirstOrDefault(candidate => candidate.InterfaceType == type.GetGenericTypeDefinition())
            : null;
        if (registration is null)
        {
            throw new ArgumentException(
                $"{type} is no grain interface that the source generator has seen. Its project needs the generator, and it must not be private.");
        }

        var arguments = type.GetGenericArguments();
        var shared = Expression.Parameter(typeof(GrainReferenceShared));
        var key = Expression.Parameter(typeof(IdSpan));
        var constructor = registration.ReferenceType.MakeGenericType(arguments).GetConstructors()[0];
        var create = Expression.Lambda<Func<GrainReferenceShared, IdSpan, GrainReference>>(
            Expression.New(constructor, shared, key), shared, key).Compile();
        var calls = registration.CallTypes.Select(call =>
        {
            var closed = call.MakeGenericType(arguments);
            return (Func<GrainCall>)(() => (GrainCall)Activator.CreateInstance(closed)!);
        });
        return Add(new GrainInterfaceInfo(type, create, calls));
    }

    private GrainInterfaceInfo Add(GrainInterfaceInfo info)
    {
        info = _interfaces.GetOrAdd(info.Type, info);
        _interfaceNames[GrainInterfaceInfo.NameOf(info.Type)] = info.Type;
        return info;
    }
}
