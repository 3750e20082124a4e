namespace Engine.LoadTests.Tests;

/// <summary>Files of the repository that the tests read.</summary>
internal static class RepositoryFiles
{
    public static string Root { get; } = Engine.LoadTests.Processes.RepositoryRoot.Find();

    public static string Data { get; } = Path.Combine(Root, "data");

    public static IEnumerable<string> Dialogues => Directory.EnumerateFiles(Data, "*.jsonl").Order(StringComparer.Ordinal);

    /// <summary>
    /// The engine of this build. This assembly lies in artifacts/RUNTIME/bin/PROJECT/CONFIGURATION; the engine in the same
    /// place of its own project.
    /// </summary>
    public static string EngineAssembly
    {
        get
        {
            var configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
            return Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "Silo", configuration, "engine.dll"));
        }
    }
}
