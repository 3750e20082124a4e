using System.Globalization;
using Engine.Grains.Consumers;
using Engine.Grains.Journal;
using Engine.Grains.Views;
using Engine.Storage.Postgres.Connections;
using Npgsql;
using static Engine.Storage.Postgres.Views.PostgresPromiseViews;
using static Engine.Storage.StorageLimits;

namespace Engine.Storage.Postgres.Views;

/// <summary>The read models in tables beside the journal, kept up by one owner for each group of lanes.</summary>
internal sealed class PostgresViewStore(PostgresDatabase database, int groups) : IViewStore
{
    public Task<JournalPosition> ReadCheckpointAsync(CancellationToken cancellationToken = default) => database.RunAsync(
        async (connection, cancellation) =>
        {
            await using var command = new NpgsqlCommand("SELECT lanes, position FROM view_checkpoints", connection);
            await using var row = await command.ExecuteReaderAsync(cancellation);
            var places = Enumerable.Range(0, StreamName.LaneCount).Select(lane => JournalPosition.Start[lane]).ToArray();
            while (await row.ReadAsync(cancellation))
            {
                // Rows of another number of groups are of no use to anyone here.
                if (Parse(row.GetString(0)) is not { } lanes || lanes.Groups != groups) continue;
                var position = PositionCodec.Decode(row.GetFieldValue<byte[]>(1), lanes);
                foreach (var lane in lanes.Lanes) places[lane] = position[lane];
            }

            return JournalPosition.Of(places);
        },
        cancellationToken);

    public Task<Checkpoint> TakeAsync(LaneSet lanes, CancellationToken cancellationToken = default) => database.RunAsync(
        async (connection, cancellation) =>
        {
            await using var command = new NpgsqlCommand(
                """
                INSERT INTO view_checkpoints AS c (lanes, epoch, position) VALUES ($1, 1, $2)
                ON CONFLICT (lanes) DO UPDATE SET epoch = c.epoch + 1 RETURNING epoch, position
                """,
                connection)
            {
                Parameters =
                {
                    new NpgsqlParameter<string> { TypedValue = lanes.ToString() },
                    new NpgsqlParameter<byte[]> { TypedValue = PositionCodec.Encode(JournalPosition.Start, lanes) },
                },
            };
            await using var row = await command.ExecuteReaderAsync(cancellation);
            await row.ReadAsync(cancellation);
            return new Checkpoint(lanes, row.GetInt64(0), PositionCodec.Decode(row.GetFieldValue<byte[]>(1), lanes));
        },
        cancellationToken);

    public Task<bool> ApplyAsync(
        IReadOnlyList<ViewChange> changes, Checkpoint checkpoint, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(changes);
        ArgumentNullException.ThrowIfNull(checkpoint);
        var batch = new ViewBatch(changes);
        return database.RunAsync(
            async (connection, cancellation) =>
            {
                await using var transaction = await connection.BeginTransactionAsync(cancellation);
                // First the fence. It also holds the row, so a new owner takes the lanes after this or before, not within.
                if (!await MoveAsync(connection, checkpoint, cancellation)) return false;
                await using var commands = new NpgsqlBatch(connection, transaction);
                ViewBatchSql.AddTo(commands, batch);
                if (changes.Count > 0) await commands.ExecuteNonQueryAsync(cancellation);
                await transaction.CommitAsync(cancellation);
                return true;
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<ConversationRow>> ListConversationsAsync(
        ConversationQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        CheckLimit(query.Limit, ListRowsMax);
        foreach (var status in query.Statuses) CheckStatus(status);
        return ListAsync(connection => PostgresConversationQuery.Of(connection, query), PostgresConversationQuery.Read, cancellationToken);
    }

    public Task<IReadOnlyList<PersonRow>> ListCustomersAsync(
        string workspace, string afterId, int limit, CancellationToken cancellationToken = default) =>
        ListPeopleAsync("view_customers", workspace, afterId, limit, cancellationToken);

    public Task<IReadOnlyList<PersonRow>> ListAgentsAsync(
        string workspace, string afterId, int limit, CancellationToken cancellationToken = default) =>
        ListPeopleAsync("view_agents", workspace, afterId, limit, cancellationToken);

    public Task<IReadOnlyList<ConversationRow>> ListWaitingAsync(
        string workspace, string queue, string afterId, int limit, CancellationToken cancellationToken = default)
    {
        CheckLimit(limit, ListRowsMax);
        return ListAsync(c => ListWaiting(c, workspace, queue, afterId, limit), PostgresConversationQuery.Read, cancellationToken);
    }

    public Task<IReadOnlyList<string>> ListLiveAsync(
        string workspace, string afterId, int limit, CancellationToken cancellationToken = default)
    {
        CheckLimit(limit, ListRowsMax);
        return ListAsync(c => ListLive(c, workspace, afterId, limit), row => row.GetString(0), cancellationToken);
    }

    public Task<IReadOnlyList<CreatedRow>> ListCreatedAsync(
        string workspace, DateTimeOffset from, DateTimeOffset to, CreatedRow? after, int limit, CancellationToken cancellationToken = default)
    {
        CheckLimit(limit, ListRowsMax);
        return ListAsync(
            c => ListCreated(c, workspace, from, to, after, limit),
            row => new CreatedRow(new DateTimeOffset(row.GetInt64(0), TimeSpan.Zero), row.GetString(1)),
            cancellationToken);
    }

    public Task<IReadOnlyList<AgentRoutingRow>> ListAgentRoutingAsync(
        string workspace, string afterId, int limit, CancellationToken cancellationToken = default)
    {
        CheckLimit(limit, ListRowsMax);
        return ListAsync(c => ListAgentRouting(c, workspace, afterId, limit), ReadAgentRouting, cancellationToken);
    }

    public async Task<SlaFigures> ReportSlaAsync(
        string workspace, DateTimeOffset from, DateTimeOffset to, string? queue, CancellationToken cancellationToken = default)
    {
        var outcomes = await ListAsync(c => CountOutcomes(c, workspace, from, to, queue), ReadOutcomes, cancellationToken);
        var promises = await ListAsync(c => CountPromises(c, workspace, from, to, queue), ReadPromises, cancellationToken);
        return new SlaFigures(outcomes, promises[0]);
    }

    public Task<IReadOnlyList<TimelineRow>> ListTimelineAsync(
        string workspace, string customer, TimelinePlace? before, int limit, CancellationToken cancellationToken = default)
    {
        CheckLimit(limit, ListRowsMax);
        return ListAsync(
            connection => Timeline(connection, workspace, customer, before, limit),
            row => new TimelineRow(new TimelinePlace(new DateTimeOffset(row.GetInt64(0), TimeSpan.Zero), row.GetString(1), row.GetInt64(2))),
            cancellationToken);
    }

    private static NpgsqlCommand Timeline(
        NpgsqlConnection connection, string workspace, string customer, TimelinePlace? before, int limit)
    {
        var command = new NpgsqlCommand(
            $"""
            SELECT time, conversation, version FROM view_timeline WHERE workspace = $1 AND customer = $2
            {(before is null ? "" : "AND (time, conversation, version) < ($4, $5, $6)")}
            ORDER BY time DESC, conversation DESC, version DESC LIMIT $3
            """,
            connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = workspace },
                new NpgsqlParameter<string> { TypedValue = customer },
                new NpgsqlParameter<int> { TypedValue = limit },
            },
        };
        if (before is not { } place) return command;
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = place.Time.UtcTicks });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = place.Conversation });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = place.Version });
        return command;
    }

    private Task<IReadOnlyList<PersonRow>> ListPeopleAsync(
        string table, string workspace, string afterId, int limit, CancellationToken cancellationToken)
    {
        CheckLimit(limit, ListRowsMax);
        return ListAsync(
            connection => new NpgsqlCommand(
                $"SELECT id, version, update_time, payload FROM {table} WHERE workspace = $1 AND id > $2 ORDER BY id LIMIT $3", connection)
            {
                Parameters =
                {
                    new NpgsqlParameter<string> { TypedValue = workspace },
                    new NpgsqlParameter<string> { TypedValue = afterId },
                    new NpgsqlParameter<int> { TypedValue = limit },
                },
            },
            row => new PersonRow(
                workspace, row.GetString(0), row.GetInt64(1), new DateTimeOffset(row.GetInt64(2), TimeSpan.Zero), row.GetFieldValue<byte[]>(3)),
            cancellationToken);
    }

    private Task<IReadOnlyList<T>> ListAsync<T>(
        Func<NpgsqlConnection, NpgsqlCommand> make, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken) =>
        database.RunAsync<IReadOnlyList<T>>(
            async (connection, cancellation) =>
            {
                await using var command = make(connection);
                await using var row = await command.ExecuteReaderAsync(cancellation);
                var rows = new List<T>();
                while (await row.ReadAsync(cancellation)) rows.Add(read(row));
                return rows;
            },
            cancellationToken);

    private static async Task<bool> MoveAsync(NpgsqlConnection connection, Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "UPDATE view_checkpoints SET position = $3 WHERE lanes = $1 AND epoch = $2", connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = checkpoint.Lanes.ToString() },
                new NpgsqlParameter<long> { TypedValue = checkpoint.Epoch },
                new NpgsqlParameter<byte[]> { TypedValue = PositionCodec.Encode(checkpoint.Position, checkpoint.Lanes) },
            },
        };
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    private static LaneSet? Parse(string lanes)
    {
        var slash = lanes.IndexOf('/', StringComparison.Ordinal);
        return int.TryParse(lanes.AsSpan(0, Math.Max(slash, 0)), CultureInfo.InvariantCulture, out var group)
            && int.TryParse(lanes.AsSpan(slash + 1), CultureInfo.InvariantCulture, out var count) && group >= 0 && group < count
            ? new LaneSet(group, count)
            : null;
    }
}
