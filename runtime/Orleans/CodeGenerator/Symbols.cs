using System.Text;
using Microsoft.CodeAnalysis;

namespace Orleans.CodeGenerator;

/// <summary>Names and tests of symbols.</summary>
internal static class Symbols
{
    public const string Addressable = "Orleans.Runtime.IAddressable";
    public const string Grain = "Orleans.IGrain";
    public const string Extension = "Orleans.Runtime.IGrainExtension";

    public static readonly SymbolDisplayFormat Full = SymbolDisplayFormat.FullyQualifiedFormat
        .WithMiscellaneousOptions(
            SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers | SymbolDisplayMiscellaneousOptions.UseSpecialTypes);

    public static bool Implements(ITypeSymbol type, string interfaceName) =>
        type.AllInterfaces.Any(candidate => candidate.ToDisplayString() == interfaceName);

    /// <summary>Whether generated code in the same assembly can name the type.</summary>
    public static bool IsReachable(INamedTypeSymbol type)
    {
        for (var current = type; current is not null; current = current.ContainingType)
        {
            if (current.DeclaredAccessibility is Accessibility.Private or Accessibility.Protected or Accessibility.ProtectedAndInternal
                || current.IsFileLocal)
            {
                return false;
            }
        }

        return true;
    }

    public static AttributeData? Attribute(ISymbol symbol, string name) =>
        symbol.GetAttributes().FirstOrDefault(attribute => attribute.AttributeClass?.ToDisplayString() == name);

    /// <summary>A name that is one identifier and differs for different types.</summary>
    public static string Mangle(INamedTypeSymbol type)
    {
        var text = new StringBuilder();
        foreach (var part in type.ToDisplayString(SymbolDisplayFormat.CSharpErrorMessageFormat
                     .WithGenericsOptions(SymbolDisplayGenericsOptions.None)))
        {
            text.Append(char.IsLetterOrDigit(part) ? part : '_');
        }

        return type.Arity == 0 ? text.ToString() : text.Append('_').Append(type.Arity).ToString();
    }
}
