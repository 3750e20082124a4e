namespace Engine.Runtime.Signatures.Tests.Metadata;

/// <summary>A type as a signature names it.</summary>
/// <param name="Shape">What kind of type this is.</param>
/// <param name="Name">Full name of a named type; <c>!0</c> or <c>!!0</c> for a type parameter; otherwise empty.</param>
/// <param name="Scope">Assembly that the type is referenced from; null for a type of the assembly that is read.</param>
/// <param name="IsValueType">Whether the signature says that the type is a value type.</param>
/// <param name="Parts">Type arguments, element type or modifiers.</param>
internal sealed record TypeNode(
    TypeShape Shape,
    string Name,
    string? Scope,
    bool IsValueType,
    IReadOnlyList<TypeNode> Parts)
{
    /// <summary>The type in a form that is equal exactly for equal types; type parameters are positional.</summary>
    public string Text => Render(null, null);

    /// <summary>The type as a reader expects it, with nullability where it is known.</summary>
    public string Render(NullableFlags? flags, GenericNames? names)
    {
        switch (Shape)
        {
            case TypeShape.TypeParameter:
                return (names?.Resolve(Name) ?? Name) + Mark(flags);
            case TypeShape.Array:
                var mark = Mark(flags);
                return Parts[0].Render(flags, names) + Name + mark;
            case TypeShape.Pointer:
                return Parts[0].Render(flags, names) + "*";
            case TypeShape.ByRef:
                return Parts[0].Render(flags, names) + "&";
            case TypeShape.Modified:
                return Parts[0].Render(flags, names) + $" {Name}({Parts[1].Name})";
            default:
                var suffix = TakesFlag ? Mark(flags) : "";
                if (Parts.Count == 0)
                {
                    return Name + suffix;
                }

                var arguments = new List<string>(Parts.Count);
                foreach (var part in Parts)
                {
                    arguments.Add(part.Render(flags, names));
                }

                return $"{Name}<{string.Join(", ", arguments)}>{suffix}";
        }
    }

    /// <summary>The nullability of every place in the type that can have one, in the order of the compiler.</summary>
    public void CollectNullability(NullableFlags flags, ICollection<byte> into)
    {
        if (Shape is TypeShape.TypeParameter or TypeShape.Array || (Shape == TypeShape.Named && TakesFlag))
        {
            into.Add(flags.Next());
        }

        var count = Shape == TypeShape.Modified ? 1 : Parts.Count;
        for (var i = 0; i < count; i++)
        {
            Parts[i].CollectNullability(flags, into);
        }
    }

    /// <summary>The type with the type parameters of its declaring type replaced.</summary>
    public TypeNode Substitute(IReadOnlyList<TypeNode> arguments)
    {
        if (Shape == TypeShape.TypeParameter)
        {
            return !Name.StartsWith("!!", StringComparison.Ordinal)
                && int.TryParse(Name.AsSpan(1), out var index)
                && index < arguments.Count
                    ? arguments[index]
                    : this;
        }

        return Parts.Count == 0 ? this : this with { Parts = [.. Parts.Select(part => part.Substitute(arguments))] };
    }

    /// <summary>This type and all types it is made of.</summary>
    public IEnumerable<TypeNode> Walk()
    {
        yield return this;
        foreach (var inner in Parts.SelectMany(part => part.Walk()))
        {
            yield return inner;
        }
    }

    // The compiler writes no flag for a value type without type arguments.
    private bool TakesFlag => !IsValueType || Parts.Count > 0;

    private static string Mark(NullableFlags? flags) => flags?.Next() == NullableFlags.Annotated ? "?" : "";
}
