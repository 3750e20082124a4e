namespace Engine.Runtime.Signatures.Tests.Metadata;

/// <summary>A public or protected member.</summary>
/// <param name="Name">Name, without its type.</param>
/// <param name="Identity">What overloads differ by; equal for the same member of two assemblies.</param>
/// <param name="Display">The member as one reads it.</param>
/// <param name="IsOverride">Whether the member redefines one of a base type.</param>
/// <param name="Facets">What else has to be equal, by name.</param>
/// <param name="Places">Types whose nullability has to agree.</param>
internal sealed record ApiMember(
    string Name,
    string Identity,
    string Display,
    bool IsOverride,
    IReadOnlyDictionary<string, string> Facets,
    IReadOnlyList<TypePlace> Places);
