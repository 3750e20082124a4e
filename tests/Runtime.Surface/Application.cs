using Engine.Runtime.Signatures.Tests.Metadata;

namespace Engine.Runtime.Surface.Tests;

/// <summary>The assemblies that are written against the runtime's API, as built for this test.</summary>
internal static class Application
{
    private const string Landmark = "Engine.sln";

    /// <summary>The folder of the repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The projects that were built, relative to the repository.</summary>
    public static IEnumerable<string> Projects => Lines().Select(line => Path.GetRelativePath(Root, line[0]));

    /// <summary>Assemblies, each with the part of the repository that it belongs to: src, tests or load-tests.</summary>
    public static IReadOnlyList<(string Part, AssemblyApi Assembly)> Read() =>
        [.. Lines().Select(line => (PartOf(line[0]), AssemblyApi.Read(line[1])))];

    private static IEnumerable<string[]> Lines() =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "application.txt")).Select(line => line.Split('|'));

    private static string PartOf(string project) =>
        Path.GetRelativePath(Root, project).Split(Path.DirectorySeparatorChar)[0];

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Landmark)))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No folder above holds {Landmark}.");
    }
}
