using Engine.Grains.Keys;
using Engine.Storage.Postgres.Connections;
using Npgsql;
using static Engine.Storage.StorageLimits;

namespace Engine.Storage.Postgres;

/// <summary>Wrapped keys in a table.</summary>
/// <remarks>
/// Destroying a key empties its row, which stays and bars the name. What PostgreSQL keeps of the old row for a while is the
/// key wrapped by the workspace's key, which the master key wraps, which is never in the database: the dead row goes with
/// the next vacuum (the table asks for one after every change), the write-ahead log is recycled, backups age out. Until then
/// only someone with the master key and those files can make use of it; docs/operating.md says how long to keep them.
/// </remarks>
internal sealed class PostgresKeyStore(PostgresDatabase database) : IKeyStore
{
    public Task<byte[]?> ReadAsync(string workspace, string owner, CancellationToken cancellationToken = default)
    {
        CheckName(workspace, owner);
        return database.RunAsync((connection, cancellation) => FindAsync(connection, workspace, owner, cancellation), cancellationToken);
    }

    public Task<byte[]?> CreateAsync(string workspace, string owner, byte[] wrapped, CancellationToken cancellationToken = default)
    {
        CheckName(workspace, owner);
        ArgumentNullException.ThrowIfNull(wrapped);
        CheckBytes(wrapped.Length, WrappedKeyBytesMax, "A wrapped key");
        return database.RunAsync(
            async (connection, cancellation) =>
            {
                await using var command = Command(
                    connection, "INSERT INTO keys (workspace, owner, wrapped) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", workspace, owner);
                command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = wrapped });
                // Another may have been faster, or the name may be barred: what is stored counts.
                return await command.ExecuteNonQueryAsync(cancellation) == 1
                    ? wrapped
                    : await FindAsync(connection, workspace, owner, cancellation);
            },
            cancellationToken);
    }

    public Task DestroyAsync(string workspace, string owner, CancellationToken cancellationToken = default)
    {
        CheckName(workspace, owner);
        return database.RunAsync(
            async (connection, cancellation) =>
            {
                await using var command = Command(
                    connection,
                    $"""
                    INSERT INTO keys (workspace, owner, destroyed) VALUES ($1, $2, {Incarnation.Transaction})
                    ON CONFLICT (workspace, owner) DO UPDATE SET wrapped = NULL, destroyed = excluded.destroyed
                    """,
                    workspace,
                    owner);
                return await command.ExecuteNonQueryAsync(cancellation);
            },
            cancellationToken);
    }

    /// <summary>The mark is the journal's horizon: a destruction that commits late is told by the next answer.</summary>
    public async ValueTask<DestroyedKeys> ReadDestroyedAsync(long? since, CancellationToken cancellationToken = default) =>
        await database.RunAsync(
            async (connection, cancellation) =>
            {
                await using var command = new NpgsqlCommand(
                    $"""
                    SELECT h.mark, k.workspace, k.owner
                    FROM (SELECT {Incarnation.Horizon} AS mark) h LEFT JOIN keys k ON k.destroyed >= $1
                    """,
                    connection);
                command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = since ?? long.MaxValue });
                await using var row = await command.ExecuteReaderAsync(cancellation);
                var names = new List<(string, string)>();
                var mark = 0L;
                while (await row.ReadAsync(cancellation))
                {
                    mark = row.GetInt64(0);
                    if (!await row.IsDBNullAsync(1, cancellation)) names.Add((row.GetString(1), row.GetString(2)));
                }

                return new DestroyedKeys(names, mark);
            },
            cancellationToken);

    private static async Task<byte[]?> FindAsync(
        NpgsqlConnection connection, string workspace, string owner, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, "SELECT wrapped FROM keys WHERE workspace = $1 AND owner = $2", workspace, owner);
        return await command.ExecuteScalarAsync(cancellationToken) as byte[];
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, string workspace, string owner) => new(sql, connection)
    {
        Parameters = { new NpgsqlParameter<string> { TypedValue = workspace }, new NpgsqlParameter<string> { TypedValue = owner } },
    };

    private static void CheckName(string workspace, string owner)
    {
        ArgumentException.ThrowIfNullOrEmpty(workspace);
        ArgumentNullException.ThrowIfNull(owner);
    }
}
