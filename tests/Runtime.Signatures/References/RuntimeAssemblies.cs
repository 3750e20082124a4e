using Engine.Runtime.Signatures.Tests.Metadata;

namespace Engine.Runtime.Signatures.Tests.References;

/// <summary>The assemblies of <c>runtime/</c>, as built beside this test.</summary>
internal static class RuntimeAssemblies
{
    private const string Tests = ".Tests";

    public static IReadOnlyList<AssemblyApi> Read() =>
    [
        .. Directory.GetFiles(AppContext.BaseDirectory, "Engine.Runtime.*.dll")
            .Where(path => !Path.GetFileNameWithoutExtension(path).EndsWith(Tests, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(AssemblyApi.Read),
    ];
}
