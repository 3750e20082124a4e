namespace Engine.LoadTests.Processes;

/// <summary>Finds the repository this program was built in.</summary>
internal static class RepositoryRoot
{
    private const string Landmark = "Engine.sln";

    /// <exception cref="EngineFailedException">This program does not lie in a repository.</exception>
    public static string Find()
    {
        foreach (var start in new[] { AppContext.BaseDirectory, Directory.GetCurrentDirectory() })
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, Landmark))) return folder.FullName;
            }
        }

        throw new EngineFailedException(
            $"No folder above holds {Landmark}. Name an engine with --engine, or a running one with --target.");
    }
}
