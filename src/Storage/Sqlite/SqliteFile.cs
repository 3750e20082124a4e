using Engine.Storage.Migrations;
using Engine.Storage.Sqlite.Native;
using Engine.Storage.Sqlite.Writing;

namespace Engine.Storage.Sqlite;

/// <summary>One database file in use: its schema up to date, one writer, several readers.</summary>
internal sealed class SqliteFile : IDisposable
{
    private SqliteFile(SqliteWriter writer, SqliteReaders readers) => (Writer, Readers) = (writer, readers);

    public SqliteWriter Writer { get; }

    public SqliteReaders Readers { get; }

    /// <param name="rebuildable">
    /// What the file holds can be made again: a power cut may undo its last transactions, none of which is waited for.
    /// </param>
    /// <param name="prepare">Runs on the writer's connection, migrated, before anyone else uses the file.</param>
    public static SqliteFile Open(
        string path, string migrations, SqliteContext context, bool rebuildable = false,
        Action<SqliteSession>? prepare = null, Action? answered = null)
    {
        CreateForOwnerOnly(path);
        var session = SqliteSession.Open(path, readOnly: false);
        try
        {
            // Checkpoints are WalCheckpointer's. Erasing must leave nothing behind, hence
            // secure_delete, and no temporary files.
            session.Run($"""
                PRAGMA journal_mode = WAL;
                PRAGMA synchronous = {(rebuildable ? "NORMAL" : "FULL")};
                PRAGMA wal_autocheckpoint = 0;
                PRAGMA secure_delete = ON;
                PRAGMA temp_store = MEMORY;
                PRAGMA cache_size = -{context.Options.WriterCacheKiB};
                """);
            SqliteMigrator.Migrate(session, Path.GetFileName(path), MigrationScripts.Load(migrations), context.Time);
            prepare?.Invoke(session);
            return new SqliteFile(
                new SqliteWriter(path, session, context, answered), new SqliteReaders(path, context.Options.ReadConnections));
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        // The writer last: closing the last connection moves the log into the file and removes it.
        Readers.Dispose();
        Writer.Dispose();
    }

    /// <summary>SQLite gives its log the permissions of the database file, so only the latter needs care.</summary>
    private static void CreateForOwnerOnly(string path)
    {
        if (File.Exists(path)) return;
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        new FileStream(path, options).Dispose();
    }
}
