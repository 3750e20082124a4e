using Engine.Runtime.Signatures.Tests.Metadata;

namespace Engine.Runtime.Signatures.Tests.Comparison;

/// <summary>Several assemblies, looked at as one: which type stands in which assembly is not compared.</summary>
internal sealed class ApiWorld
{
    private readonly Dictionary<string, ApiType> _types;

    public ApiWorld(IReadOnlyList<AssemblyApi> assemblies)
    {
        Assemblies = assemblies;
        _types = assemblies.SelectMany(assembly => assembly.Types.Values)
            .GroupBy(type => type.Name)
            .ToDictionary(same => same.Key, Merge);
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

    // Several packages bring a class of extension methods of the same name; to a caller they are one. Compilers embed
    // types of the same name into several assemblies, too; those are not visible.
    private static ApiType Merge(IEnumerable<ApiType> same)
    {
        var types = same.OrderByDescending(type => type.IsVisible).ToList();
        var visible = types.Where(type => type.IsVisible).ToList();
        return visible.Count < 2 ? types[0] : types[0] with
        {
            Members = [.. visible.SelectMany(type => type.Members).DistinctBy(member => member.Identity)],
            Methods = [.. visible.SelectMany(type => type.Methods).DistinctBy(method => method.Signature)],
        };
    }
}
