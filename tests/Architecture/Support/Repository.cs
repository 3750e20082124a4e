using System.Diagnostics;

namespace Engine.Architecture.Tests.Support;

/// <summary>The source tree: what git tracks, or would once it is added.</summary>
internal static class Repository
{
    private static readonly string[] Skipped = ["artifacts", "bin", "obj", "node_modules", "engine-data", "TestResults", ".git", ".vs", ".idea", "__pycache__"];

    public static string Root { get; } = FindRoot();

    /// <summary>All files, relative to the root, with <c>/</c>.</summary>
    public static IReadOnlyList<string> Files { get; } =
        [.. List(Root).Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    /// <summary>Files under one of the folders whose name ends with the given text.</summary>
    public static IEnumerable<string> In(string[] folders, string ending) => Files.Where(file =>
        file.EndsWith(ending, StringComparison.Ordinal)
        && folders.Any(folder => file.StartsWith(folder + "/", StringComparison.Ordinal)));

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    public static string[] Lines(string file) => File.ReadAllLines(Path.Combine(Root, file));

    // A linked worktree has a file .git, which names the machine's paths.
    private static IEnumerable<string> List(string folder) => Directory.EnumerateFiles(folder)
        .Where(file => Path.GetFileName(file) != ".git" && !file.EndsWith(".user", StringComparison.Ordinal))
        .Concat(
        Directory.EnumerateDirectories(folder)
            .Where(inner => !Skipped.Contains(Path.GetFileName(inner)))
            .SelectMany(List));

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Engine.sln")))
            {
                return folder;
            }
        }

        throw new UnreachableException("These tests run inside the repository.");
    }
}
