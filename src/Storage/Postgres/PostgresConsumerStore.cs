using Engine.Grains.Consumers;
using Engine.Grains.Journal;
using Engine.Storage.Postgres.Connections;
using Npgsql;

namespace Engine.Storage.Postgres;

/// <summary>Consumers' positions in a table.</summary>
internal sealed class PostgresConsumerStore(PostgresDatabase database) : IConsumerStore
{
    public Task<JournalPosition?> ReadAsync(string workspace, string consumer, CancellationToken cancellationToken = default)
    {
        CheckName(workspace, consumer);
        return database.RunAsync(
            async (connection, cancellation) =>
            {
                await using var command = Command(
                    connection, "SELECT position FROM consumers WHERE workspace = $1 AND name = $2", workspace, consumer);
                return await command.ExecuteScalarAsync(cancellation) is byte[] position ? PositionCodec.Decode(position) : null;
            },
            cancellationToken);
    }

    public Task WriteAsync(
        string workspace, string consumer, JournalPosition position, CancellationToken cancellationToken = default)
    {
        CheckName(workspace, consumer);
        ArgumentNullException.ThrowIfNull(position);
        return database.RunAsync(
            async (connection, cancellation) =>
            {
                await using var command = Command(
                    connection,
                    """
                    INSERT INTO consumers (workspace, name, position, update_time) VALUES ($1, $2, $3, clock_timestamp())
                    ON CONFLICT (workspace, name) DO UPDATE SET position = excluded.position, update_time = excluded.update_time
                    """,
                    workspace,
                    consumer);
                command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = PositionCodec.Encode(position) });
                return await command.ExecuteNonQueryAsync(cancellation);
            },
            cancellationToken);
    }

    public Task<bool> DeleteAsync(string workspace, string consumer, CancellationToken cancellationToken = default)
    {
        CheckName(workspace, consumer);
        return database.RunAsync(
            async (connection, cancellation) =>
            {
                await using var command = Command(
                    connection, "DELETE FROM consumers WHERE workspace = $1 AND name = $2", workspace, consumer);
                return await command.ExecuteNonQueryAsync(cancellation) == 1;
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<StoredConsumer>> ListAsync(string workspace, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        return database.RunAsync<IReadOnlyList<StoredConsumer>>(
            async (connection, cancellation) =>
            {
                await using var command = new NpgsqlCommand(
                    "SELECT name, position, update_time FROM consumers WHERE workspace = $1 ORDER BY name LIMIT $2", connection);
                command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = workspace });
                command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = StorageLimits.ListRowsMax });
                await using var row = await command.ExecuteReaderAsync(cancellation);
                var consumers = new List<StoredConsumer>();
                while (await row.ReadAsync(cancellation))
                {
                    consumers.Add(new StoredConsumer(
                        row.GetString(0), PositionCodec.Decode(row.GetFieldValue<byte[]>(1)), row.GetFieldValue<DateTimeOffset>(2)));
                }

                return consumers;
            },
            cancellationToken);
    }

    public Task<Checkpoint> TakeAsync(string consumer, LaneSet lanes, CancellationToken cancellationToken = default)
    {
        var name = ConsumerNames.Of(consumer, lanes);
        CheckName("", name);
        return database.RunAsync(
            async (connection, cancellation) =>
            {
                await using var command = Command(
                    connection,
                    """
                    INSERT INTO consumers (workspace, name, position, update_time, epoch) VALUES ($1, $2, $3, clock_timestamp(), 1)
                    ON CONFLICT (workspace, name) DO UPDATE SET epoch = consumers.epoch + 1
                    RETURNING epoch, position
                    """,
                    "",
                    name);
                command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = PositionCodec.Encode(JournalPosition.Start) });
                await using var row = await command.ExecuteReaderAsync(cancellation);
                await row.ReadAsync(cancellation);
                return new Checkpoint(lanes, row.GetInt64(0), PositionCodec.Decode(row.GetFieldValue<byte[]>(1)));
            },
            cancellationToken);
    }

    public Task<bool> MoveAsync(string consumer, Checkpoint checkpoint, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        var name = ConsumerNames.Of(consumer, checkpoint.Lanes);
        CheckName("", name);
        return database.RunAsync(
            async (connection, cancellation) =>
            {
                await using var command = Command(
                    connection,
                    """
                    UPDATE consumers SET position = $3, update_time = clock_timestamp()
                    WHERE workspace = $1 AND name = $2 AND epoch = $4
                    """,
                    "",
                    name);
                command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = PositionCodec.Encode(checkpoint.Position) });
                command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = checkpoint.Epoch });
                return await command.ExecuteNonQueryAsync(cancellation) == 1;
            },
            cancellationToken);
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, string workspace, string consumer) => new(sql, connection)
    {
        Parameters = { new NpgsqlParameter<string> { TypedValue = workspace }, new NpgsqlParameter<string> { TypedValue = consumer } },
    };

    private static void CheckName(string workspace, string consumer)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        ArgumentException.ThrowIfNullOrEmpty(consumer);
    }
}
