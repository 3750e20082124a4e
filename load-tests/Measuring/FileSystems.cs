namespace Engine.LoadTests.Measuring;

/// <summary>What kind of file system a folder is on; syncing costs nothing on one in memory.</summary>
internal static class FileSystems
{
    /// <returns>For example ext4 or tmpfs; "unknown" where it cannot be told.</returns>
    public static string Of(string folder)
    {
        try
        {
            var path = Path.GetFullPath(folder);
            return DriveInfo.GetDrives()
                .Where(d => d.IsReady && Contains(d.RootDirectory.FullName, path))
                .MaxBy(d => d.RootDirectory.FullName.Length)?.DriveFormat ?? "unknown";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "unknown";
        }
    }

    private static bool Contains(string root, string path)
    {
        var prefix = root.EndsWith(Path.DirectorySeparatorChar) ? root : root + Path.DirectorySeparatorChar;
        return path == root || path.StartsWith(prefix, StringComparison.Ordinal);
    }
}
