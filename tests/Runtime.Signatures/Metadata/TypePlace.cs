namespace Engine.Runtime.Signatures.Tests.Metadata;

/// <summary>A type in a member's signature, with the nullability that the compiler wrote for it.</summary>
internal sealed record TypePlace(string Where, TypeNode Type, NullableFlags Flags);
