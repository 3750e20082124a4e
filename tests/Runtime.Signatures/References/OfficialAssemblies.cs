using System.Reflection;
using Engine.Runtime.Signatures.Tests.Metadata;

namespace Engine.Runtime.Signatures.Tests.References;

/// <summary>The official assemblies: those downloaded, and those of a folder that a developer names.</summary>
internal static class OfficialAssemblies
{
    /// <summary>
    /// Folder with more official assemblies (Orleans.Core.dll, Grpc.Core.Api.dll, ...) for who has them from elsewhere;
    /// they are then compared instead of guessed from references.
    /// </summary>
    public const string FolderVariable = "ENGINE_OFFICIAL_ASSEMBLIES";

    public static string? Folder =>
        Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder ? folder : null;

    private const string Prefix = "Official:";

    public static IReadOnlyList<AssemblyApi> Read() =>
        [.. Downloaded().Concat(Named()).Select(AssemblyApi.Read)];

    private static IEnumerable<string> Downloaded()
    {
        var metadata = typeof(OfficialAssemblies).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().ToList();
        var root = metadata.Single(item => item.Key == "NuGetPackageRoot").Value
            ?? throw new InvalidOperationException("The build did not say where the packages are.");
        foreach (var package in metadata.Where(item => item.Key.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            var name = package.Key[Prefix.Length..];
            var folder = Path.Combine(root, name.ToLowerInvariant(), package.Value!.Trim('[', ']'), "lib", "net10.0");
            var files = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.dll") : [];
            yield return files.Length == 1
                ? files[0]
                : throw new FileNotFoundException($"{name}: expected one assembly in {folder}, found {files.Length}.");
        }
    }

    private static string[] Named() => Folder is null ? [] : Directory.GetFiles(Folder, "*.dll");
}
