namespace Engine.Silo.Hosting;

/// <summary>The folder of the store and the keys.</summary>
internal static class DataDirectory
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes the folder, open to its owner only, unless it is there.</summary>
    /// <exception cref="StartException">It cannot be made.</exception>
    public static void Create(string directory)
    {
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(directory);
            else
                Directory.CreateDirectory(directory, OwnerOnly);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The data directory {Path.GetFullPath(directory)} cannot be made: {fault.Message}");
        }
    }

    /// <summary>Whether the store has been used before.</summary>
    public static bool HasData(string directory) => Directory.EnumerateFiles(directory, "*.db").Any();
}
