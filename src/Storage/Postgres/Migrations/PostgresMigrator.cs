using Engine.Grains.Journal;
using Engine.Storage.Migrations;
using Engine.Storage.Postgres.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Engine.Storage.Postgres.Migrations;

/// <summary>
/// Brings the database to the newest schema: numbered scripts, forward only, each in a transaction with the note that it ran.
/// Any number of silos may start at once: one does it under an advisory lock, the others wait and find it done.
/// </summary>
/// <remarks>
/// Each schema counts by itself, since they belong to different parts: the journal, the state beside it, the read models,
/// and what the official providers of Orleans expect to find.
/// </remarks>
public static class PostgresMigrator
{
    /// <summary>"engine" in ASCII: no other program in this database should use it.</summary>
    private const long LockKey = 0x656E67696E65;

    private const string Folder = "Postgres/Migrations/";

    /// <summary>Brings the schema up to date.</summary>
    /// <param name="connectionString">As in <see cref="PostgresStorageOptions.ConnectionString"/>; may be of another user than the silos'.</param>
    /// <returns>What there is now, by schema.</returns>
    /// <exception cref="ArgumentException">The connection string cannot be read.</exception>
    /// <exception cref="JournalUnavailableException">The database cannot be reached, or refused.</exception>
    /// <exception cref="StorageSchemaException">A newer Engine changed the schema; nothing was changed.</exception>
    public static async Task<IReadOnlyList<SchemaVersion>> MigrateAsync(
        string connectionString, ILogger? logger = null, CancellationToken cancellationToken = default)
    {
        await using var source = PostgresDataSource.Create(new PostgresStorageOptions { ConnectionString = connectionString }, 1);
        try
        {
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            return await MigrateAsync(connection, logger ?? NullLogger.Instance, cancellationToken);
        }
        catch (NpgsqlException failure)
        {
            throw PostgresFailures.ToJournal(failure);
        }
    }

    internal static async Task<IReadOnlyList<SchemaVersion>> MigrateAsync(
        NpgsqlConnection connection, ILogger logger, CancellationToken cancellationToken)
    {
        var schemas = Load();
        var stored = await ReadAsync(connection, cancellationToken);
        RefuseNewer(schemas, stored);
        if (IsCurrent(schemas, stored)) return Report(schemas);

        await RunAsync(connection, $"SELECT pg_advisory_lock({LockKey})", cancellationToken);
        try
        {
            await RunAsync(
                connection,
                """
                CREATE TABLE IF NOT EXISTS schema_version (
                    schema     text        COLLATE "C" NOT NULL,
                    version    integer     NOT NULL,
                    name       text        NOT NULL,
                    applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
                    PRIMARY KEY (schema, version))
                """,
                cancellationToken);
            stored = await ReadAsync(connection, cancellationToken);
            RefuseNewer(schemas, stored);
            foreach (var (schema, scripts) in schemas)
            {
                var from = stored.GetValueOrDefault(schema);
                foreach (var script in scripts.Skip(from)) await ApplyAsync(connection, schema, script, cancellationToken);
                if (from < scripts.Count) logger.Migrated(schema, from, scripts.Count);
            }
        }
        finally
        {
            // With a broken connection the lock is gone already.
            if (connection.State == System.Data.ConnectionState.Open)
                await RunAsync(connection, $"SELECT pg_advisory_unlock({LockKey})", CancellationToken.None);
        }

        return Report(schemas);
    }

    /// <exception cref="StorageSchemaException">The schema is newer or older than this Engine's.</exception>
    internal static async Task CheckAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var schemas = Load();
        var stored = await ReadAsync(connection, cancellationToken);
        RefuseNewer(schemas, stored);
        foreach (var (schema, scripts) in schemas)
        {
            if (stored.GetValueOrDefault(schema) >= scripts.Count) continue;
            throw new StorageSchemaException(
                $"The PostgreSQL schema '{schema}' has version {stored.GetValueOrDefault(schema)}, this version of Engine needs "
                + $"{scripts.Count}. Run 'engine migrate' first, or start with --migrate-at-start true.");
        }
    }

    private static List<(string Schema, IReadOnlyList<MigrationScript> Scripts)> Load() =>
        [.. MigrationScripts.Folders(Folder).Select(folder => (folder.ToLowerInvariant(), MigrationScripts.Load($"{Folder}{folder}/")))];

    private static bool IsCurrent(List<(string Schema, IReadOnlyList<MigrationScript> Scripts)> schemas, Dictionary<string, int> stored) =>
        schemas.TrueForAll(s => stored.GetValueOrDefault(s.Schema) == s.Scripts.Count);

    private static List<SchemaVersion> Report(List<(string Schema, IReadOnlyList<MigrationScript> Scripts)> schemas) =>
        schemas.ConvertAll(s => new SchemaVersion(s.Schema, s.Scripts.Count));

    private static void RefuseNewer(
        List<(string Schema, IReadOnlyList<MigrationScript> Scripts)> schemas, Dictionary<string, int> stored)
    {
        foreach (var (schema, scripts) in schemas)
        {
            if (stored.GetValueOrDefault(schema) > scripts.Count)
                throw new StorageSchemaException($"The PostgreSQL schema '{schema}'", stored[schema], scripts.Count);
        }
    }

    private static async Task<Dictionary<string, int>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var versions = new Dictionary<string, int>(StringComparer.Ordinal);
        await using (var exists = new NpgsqlCommand("SELECT to_regclass('schema_version') IS NOT NULL", connection))
        {
            if (await exists.ExecuteScalarAsync(cancellationToken) is false) return versions;
        }

        await using var command = new NpgsqlCommand("SELECT schema, max(version) FROM schema_version GROUP BY schema", connection);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) versions[row.GetString(0)] = row.GetInt32(1);
        return versions;
    }

    private static async Task ApplyAsync(
        NpgsqlConnection connection, string schema, MigrationScript script, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RunAsync(connection, script.Sql, cancellationToken);
        await using var note = new NpgsqlCommand("INSERT INTO schema_version (schema, version, name) VALUES ($1, $2, $3)", connection)
        {
            Parameters = { new() { Value = schema }, new() { Value = script.Number }, new() { Value = script.Name } },
        };
        await note.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task RunAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        // A large table may take long to change, and the others wait for the one that does it.
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
