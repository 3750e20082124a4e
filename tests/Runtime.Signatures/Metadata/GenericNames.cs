using System.Globalization;

namespace Engine.Runtime.Signatures.Tests.Metadata;

/// <summary>The names of the type parameters in scope.</summary>
internal sealed record GenericNames(IReadOnlyList<string> OfType, IReadOnlyList<string> OfMethod)
{
    public string Resolve(string position)
    {
        var names = position.StartsWith("!!", StringComparison.Ordinal) ? OfMethod : OfType;
        var index = int.Parse(position.TrimStart('!'), CultureInfo.InvariantCulture);
        return index < names.Count ? names[index] : position;
    }
}
