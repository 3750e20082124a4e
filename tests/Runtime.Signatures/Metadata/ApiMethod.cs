namespace Engine.Runtime.Signatures.Tests.Metadata;

/// <summary>A method or field as a reference in another assembly's metadata sees it; accessors are methods too.</summary>
internal sealed record ApiMethod(
    string Name,
    bool IsField,
    bool IsStatic,
    bool IsVisible,
    bool IsAbstract,
    int Arity,
    TypeNode Returns,
    IReadOnlyList<TypeNode> Parameters)
{
    /// <summary>Equal for a declaration and a reference to it.</summary>
    public string Signature => Describe([]);

    /// <summary>The signature once the declaring type's parameters have become <paramref name="arguments"/>.</summary>
    public string Describe(IReadOnlyList<TypeNode> arguments)
    {
        string Text(TypeNode type) => (arguments.Count == 0 ? type : type.Substitute(arguments)).Text;
        var start = $"{(IsStatic ? "static " : "")}{Text(Returns)} {Name}";
        return IsField
            ? start
            : $"{start}{(Arity == 0 ? "" : $"``{Arity}")}({string.Join(", ", Parameters.Select(Text))})";
    }
}
