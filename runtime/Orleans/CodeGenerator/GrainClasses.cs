using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Orleans.CodeGenerator;

/// <summary>Finds the classes that implement grains.</summary>
internal static class GrainClasses
{
    public static string? Describe(GeneratorSyntaxContext context, CancellationToken token)
    {
        if (context.SemanticModel.GetDeclaredSymbol((ClassDeclarationSyntax)context.Node, token)
            is not INamedTypeSymbol { IsAbstract: false, IsStatic: false, IsGenericType: false } type)
        {
            return null;
        }

        return Symbols.Implements(type, Symbols.Grain) && Symbols.IsReachable(type)
            ? type.ToDisplayString(Symbols.Full)
            : null;
    }
}
