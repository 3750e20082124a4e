using Engine.Runtime.Signatures.Tests.Metadata;

namespace Engine.Runtime.Signatures.Tests.Comparison;

/// <summary>
/// Where the official packages keep each public type of ours. A type that exists nowhere is a trap: source that uses it
/// compiles only here.
/// </summary>
internal sealed class Origins(ApiWorld ours, ApiWorld official, IReadOnlyDictionary<string, string> elsewhere)
{
    /// <summary>What the source generator writes calls to. Users do not, and the official generator has its own.</summary>
    public const string GeneratorSupport = "Orleans.Runtime.Generated.";

    public SortedDictionary<string, int> Counts { get; } = new(StringComparer.Ordinal);

    public Outcome Run()
    {
        var outcome = new Outcome();
        foreach (var type in ours.Visible)
        {
            var known = elsewhere.GetValueOrDefault(type.Name);
            var seen = Seen(type);
            if (seen is null && known is null)
            {
                outcome.Add(type.Name, "type", type.Facets["kind"], null);
            }

            var origin = seen ?? (known is null ? "nowhere" : $"listed: {known}");
            Counts[origin] = Counts.GetValueOrDefault(origin) + 1;
        }

        foreach (var (name, assembly) in elsewhere)
        {
            var reader = official.Assemblies.FirstOrDefault(read => read.Name == assembly);
            if (reader is not null && !reader.Types.ContainsKey(name))
            {
                outcome.Add(name, "line in elsewhere.txt", assembly, "not there");
            }

            if (ours.FindVisible(name) is null)
            {
                outcome.Add(name, "line in elsewhere.txt", "not offered", assembly);
            }
        }

        return outcome;
    }

    private string? Seen(ApiType type)
    {
        if (type.Name.StartsWith(GeneratorSupport, StringComparison.Ordinal))
        {
            return "generator support";
        }

        if (official.Find(type.Name) is not null)
        {
            return "compared";
        }

        foreach (var assembly in official.Assemblies)
        {
            if (assembly.TypeScopes.TryGetValue(type.Name, out var scope) && !official.Reads(scope))
            {
                return $"referenced: {scope}";
            }
        }

        return null;
    }
}
