using Engine.Grains.Views;
using Npgsql;

namespace Engine.Storage.Postgres.Views;

/// <summary>What routing and promises read: who waits, who is there, and what became of what was promised.</summary>
internal static class PostgresPromiseViews
{
    private const string Period = "WHERE workspace = $1 AND time >= $2 AND time < $3";

    public static NpgsqlCommand ListWaiting(NpgsqlConnection connection, string workspace, string queue, string afterId, int limit) => new(
        // The terms of the partial index stand here as constants: what is known only at run time implies nothing.
        $"""
        SELECT {PostgresConversationQuery.Columns} FROM view_conversations c
        WHERE c.workspace = $1 AND c.queue = $2 AND c.queue <> '' AND c.status = 1 AND c.assignee = '' AND c.id > $3
        ORDER BY c.id LIMIT $4
        """,
        connection)
    {
        Parameters = { Text(workspace), Text(queue), Text(afterId), Number(limit) },
    };

    public static NpgsqlCommand ListLive(NpgsqlConnection connection, string workspace, string afterId, int limit) => new(
        "SELECT id FROM view_conversations WHERE workspace = $1 AND status < 4 AND id > $2 ORDER BY id LIMIT $3", connection)
    {
        Parameters = { Text(workspace), Text(afterId), Number(limit) },
    };

    public static NpgsqlCommand ListCreated(
        NpgsqlConnection connection, string workspace, DateTimeOffset from, DateTimeOffset to, CreatedRow? after, int limit)
    {
        var command = new NpgsqlCommand(
            $"""
            SELECT create_time, id FROM view_conversations WHERE workspace = $1 AND create_time >= $2 AND create_time < $3
            {(after is null ? "" : "AND create_time <= $5 AND (create_time < $5 OR id > $6)")}
            ORDER BY create_time DESC, id LIMIT $4
            """,
            connection)
        {
            Parameters = { Text(workspace), Time(from), Time(to), Number(limit) },
        };
        if (after is not { } place) return command;
        command.Parameters.Add(Time(place.CreateTime));
        command.Parameters.Add(Text(place.Id));
        return command;
    }

    public static NpgsqlCommand ListAgentRouting(NpgsqlConnection connection, string workspace, string afterId, int limit) => new(
        "SELECT id, version, routing FROM view_agents WHERE workspace = $1 AND id > $2 ORDER BY id LIMIT $3", connection)
    {
        Parameters = { Text(workspace), Text(afterId), Number(limit) },
    };

    public static AgentRoutingRow ReadAgentRouting(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetInt64(1), row.IsDBNull(2) ? default(ReadOnlyMemory<byte>?) : row.GetFieldValue<byte[]>(2));

    public static NpgsqlCommand CountOutcomes(
        NpgsqlConnection connection, string workspace, DateTimeOffset from, DateTimeOffset to, string? queue) => InPeriod(
        connection,
        $"""
        SELECT policy, metric, kind, count(*) FROM view_sla_outcomes {Where(queue)}
        GROUP BY policy, metric, kind ORDER BY policy, metric, kind
        """,
        workspace,
        from,
        to,
        queue);

    public static SlaFigure ReadOutcomes(NpgsqlDataReader row) => new(row.GetString(0), row.GetInt32(1), row.GetInt32(2), row.GetInt64(3));

    public static NpgsqlCommand CountPromises(
        NpgsqlConnection connection, string workspace, DateTimeOffset from, DateTimeOffset to, string? queue) => InPeriod(
        connection,
        $"""
        SELECT count(*), count(*) FILTER (WHERE before_likely), count(*) FILTER (WHERE before_latest),
            count(*) FILTER (WHERE revised), count(*) FILTER (WHERE revised AND before_revised)
        FROM view_promise_outcomes {Where(queue)} AND answered
        """,
        workspace,
        from,
        to,
        queue);

    public static PromiseFigures ReadPromises(NpgsqlDataReader row) =>
        new(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4));

    private static string Where(string? queue) => queue is null ? Period : $"{Period} AND queue = $4";

    private static NpgsqlCommand InPeriod(
        NpgsqlConnection connection, string sql, string workspace, DateTimeOffset from, DateTimeOffset to, string? queue)
    {
        var command = new NpgsqlCommand(sql, connection) { Parameters = { Text(workspace), Time(from), Time(to) } };
        if (queue is not null) command.Parameters.Add(Text(queue));
        return command;
    }

    private static NpgsqlParameter<string> Text(string value) => new() { TypedValue = value };

    private static NpgsqlParameter<int> Number(int value) => new() { TypedValue = value };

    private static NpgsqlParameter<long> Time(DateTimeOffset value) => new() { TypedValue = value.UtcTicks };
}
