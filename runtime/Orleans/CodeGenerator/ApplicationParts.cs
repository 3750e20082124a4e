using Microsoft.CodeAnalysis;

namespace Orleans.CodeGenerator;

/// <summary>Finds referenced assemblies with grains, which the compiler may drop from the references it writes.</summary>
internal static class ApplicationParts
{
    /// <returns>Their names, one a line.</returns>
    public static string Find(Compilation compilation, CancellationToken token)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var assembly in compilation.SourceModule.ReferencedAssemblySymbols)
        {
            token.ThrowIfCancellationRequested();
            if (assembly.GetAttributes().Any(static attribute =>
                    attribute.AttributeClass?.ToDisplayString() == "Orleans.Runtime.Generated.GrainAssemblyAttribute"))
            {
                names.Add(assembly.Identity.Name);
            }
        }

        return string.Join("\n", names);
    }
}
