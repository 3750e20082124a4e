namespace Engine.Runtime.Signatures.Tests.Metadata;

/// <summary>A type of an assembly, with what of it can be seen from outside.</summary>
/// <param name="Name">Full name.</param>
/// <param name="IsVisible">Whether other assemblies can name the type.</param>
/// <param name="IsValueType">Whether it is a structure or an enumeration.</param>
/// <param name="Base">Base class, if any.</param>
/// <param name="Interfaces">Implemented interfaces, as far as the compiler wrote them down.</param>
/// <param name="Facets">What else has to be equal, by name.</param>
/// <param name="Members">Public and protected members.</param>
/// <param name="Methods">All methods and fields.</param>
internal sealed record ApiType(
    string Name,
    bool IsVisible,
    bool IsValueType,
    TypeNode? Base,
    IReadOnlyList<TypeNode> Interfaces,
    IReadOnlyDictionary<string, string> Facets,
    IReadOnlyList<ApiMember> Members,
    IReadOnlyList<ApiMethod> Methods);
