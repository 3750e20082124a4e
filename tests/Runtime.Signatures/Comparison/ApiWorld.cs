using Engine.Runtime.Signatures.Tests.Metadata;

namespace Engine.Runtime.Signatures.Tests.Comparison;

/// <summary>Several assemblies, looked at as one: which type stands in which assembly is not compared.</summary>
internal sealed class ApiWorld
{
    private readonly Dictionary<string, ApiType> _types;

    public ApiWorld(IReadOnlyList<AssemblyApi> assemblies)
    {
        Assemblies = assemblies;
        // Compilers embed types of the same name into several assemblies; those are not visible.
        _types = assemblies.SelectMany(assembly => assembly.Types.Values)
            .GroupBy(type => type.Name)
            .ToDictionary(same => same.Key, same => same.FirstOrDefault(type => type.IsVisible) ?? same.First());
    }

    public IReadOnlyList<AssemblyApi> Assemblies { get; }

    public IEnumerable<ApiType> Visible =>
        _types.Values.Where(type => type.IsVisible).OrderBy(type => type.Name, StringComparer.Ordinal);

    public bool Reads(string assembly) => Assemblies.Any(read => read.Name == assembly);

    public ApiType? Find(string name) => _types.GetValueOrDefault(name);

    public ApiType? FindVisible(string name) => Find(name) is { IsVisible: true } type ? type : null;

    /// <summary>The type's base classes that can be read, nearest first.</summary>
    public IEnumerable<(ApiType Type, IReadOnlyList<TypeNode> Arguments)> Bases(ApiType type)
    {
        var next = type.Base;
        while (next is not null && Find(next.Name) is { } found)
        {
            yield return (found, next.Parts);
            var arguments = next.Parts;
            next = found.Base?.Substitute(arguments);
        }
    }
}
