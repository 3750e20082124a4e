namespace Engine.Storage.Sqlite;

/// <summary>
/// The data directory, held by one process. SQLite would let a second process write the same files, but the journal's
/// waiting readers, cached ids and sequences are those of one process: a second one must be told, not served.
/// </summary>
internal sealed class SqliteDataDirectory : IDisposable
{
    private readonly FileStream _lock;

    private SqliteDataDirectory(string path, FileStream held) => (FullPath, _lock) = (path, held);

    public string FullPath { get; }

    public string JournalPath => Path.Combine(FullPath, "journal.db");

    /// <summary>Read models: may be deleted while Engine is stopped; they are built again from the journal.</summary>
    public string ViewsPath => Path.Combine(FullPath, "views.db");

    public string StatePath => Path.Combine(FullPath, "state.db");

    /// <exception cref="DataDirectoryInUseException">Another process, or another opener in this one, holds it.</exception>
    public static SqliteDataDirectory Open(string directory)
    {
        var path = Path.GetFullPath(directory);
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            return new SqliteDataDirectory(path, new FileStream(Path.Combine(path, "engine.lock"), options));
        }
        catch (IOException held) when (held is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException))
        {
            throw new DataDirectoryInUseException(path, held);
        }
    }

    public void Dispose() => _lock.Dispose();
}
