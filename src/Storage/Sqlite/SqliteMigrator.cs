using Engine.Storage.Migrations;
using Engine.Storage.Sqlite.Native;

namespace Engine.Storage.Sqlite;

/// <summary>Brings one database file to the newest schema, in one transaction that holds the write lock.</summary>
internal static class SqliteMigrator
{
    /// <exception cref="StorageSchemaException">The file was written by a newer version; nothing was changed.</exception>
    public static void Migrate(SqliteSession session, string store, IReadOnlyList<MigrationScript> scripts, TimeProvider time)
    {
        session.Run("BEGIN IMMEDIATE");
        try
        {
            session.Run("""
                CREATE TABLE IF NOT EXISTS schema_version (
                    version    INTEGER PRIMARY KEY,
                    name       TEXT    NOT NULL,
                    applied_at INTEGER NOT NULL) -- UTC ticks
                """);
            var stored = (int)session.Scalar("SELECT max(version) FROM schema_version");
            if (stored > scripts.Count) throw new StorageSchemaException(store, stored, scripts.Count);
            foreach (var script in scripts.Skip(stored))
            {
                session.Run(script.Sql);
                session.Prepare("INSERT INTO schema_version (version, name, applied_at) VALUES (?1, ?2, ?3)")
                    .Bind(1, script.Number).Bind(2, script.Name).Bind(3, time.GetUtcNow().UtcTicks).Execute();
            }

            session.Run("COMMIT");
        }
        catch
        {
            if (session.IsInTransaction) session.Run("ROLLBACK");
            throw;
        }
    }
}
