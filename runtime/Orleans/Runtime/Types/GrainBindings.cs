using System.Collections.Concurrent;

namespace Orleans.Runtime.Types;

/// <summary>
/// Which grain type stands behind a grain interface. In a silo that follows from its classes; a client, which may not
/// have them, learns it from its gateway.
/// </summary>
internal sealed class GrainBindings
{
    private readonly ConcurrentDictionary<(Type Interface, string? Prefix), GrainType> _resolved = new();
    private List<GrainBinding> _bindings = [];

    public IReadOnlyList<GrainBinding> All => _bindings;

    public static GrainBindings Of(GrainTypeRegistry registry)
    {
        var bindings = new GrainBindings();
        bindings.Replace(registry.Classes.Select(static info => new GrainBinding(
            info.GrainType, info.Name, [.. info.Interfaces.Select(GrainInterfaceInfo.NameOf)])));
        return bindings;
    }

    public void Replace(IEnumerable<GrainBinding> bindings)
    {
        _bindings = [.. bindings];
        _resolved.Clear();
    }

    /// <exception cref="ArgumentException">No class, or more than one, implements the interface.</exception>
    public GrainType Resolve(Type interfaceType, string? classNamePrefix) =>
        _resolved.TryGetValue((interfaceType, classNamePrefix), out var grainType)
            ? grainType
            : _resolved.GetOrAdd((interfaceType, classNamePrefix), Find);

    private GrainType Find((Type Interface, string? Prefix) wanted)
    {
        var name = GrainInterfaceInfo.NameOf(wanted.Interface);
        var candidates = _bindings.Where(binding => binding.Interfaces.Contains(name)).ToList();
        if (wanted.Prefix is { Length: > 0 } prefix)
        {
            candidates = candidates.Where(binding =>
                binding.ClassName.StartsWith(prefix, StringComparison.Ordinal) || binding.GrainType.ToString() == prefix).ToList();
        }

        if (candidates.Count > 1)
        {
            // Of several classes the one named like the interface is meant.
            var plain = wanted.Interface.Name.TrimStart('I');
            var named = candidates.Where(binding => ShortName(binding) == plain || ShortName(binding) == plain + "Grain").ToList();
            candidates = named.Count == 1 ? named : candidates;
        }

        return candidates.Count switch
        {
            1 => candidates[0].GrainType,
            0 => throw new ArgumentException($"Could not find an implementation for interface {wanted.Interface}."),
            _ => throw new ArgumentException(
                $"Several classes implement {wanted.Interface}: {string.Join(", ", candidates.Select(static binding => binding.ClassName))}. "
                + "Give the prefix of one."),
        };
    }

    private static string ShortName(GrainBinding binding) =>
        binding.ClassName[(binding.ClassName.LastIndexOfAny(['.', '+']) + 1)..];
}
