using Engine.Grains.Views;
using Engine.Storage.Sqlite.Native;

namespace Engine.Storage.Sqlite.Views;

/// <summary>What routing and promises read and write: who waits, who is there, and what became of what was promised.</summary>
internal static class SqlitePromiseViews
{
    // The terms of the partial index, word for word, or it is not used.
    private const string Waiting = "c.queue <> '' AND c.status = 1 AND c.assignee = ''";

    private const string Period = "WHERE workspace = ?1 AND time >= ?2 AND time < ?3";

    public static List<ConversationRow> ListWaiting(SqliteSession session, string workspace, string queue, string afterId, int limit)
    {
        var row = session.Prepare($"""
            SELECT {SqliteConversationQuery.Columns} FROM conversations c INDEXED BY conversations_waiting
            WHERE c.workspace = ?1 AND c.queue = ?2 AND {Waiting} AND c.id > ?3 ORDER BY c.id LIMIT ?4
            """).Bind(1, workspace).Bind(2, queue).Bind(3, afterId).Bind(4, limit);
        var rows = new List<ConversationRow>();
        while (row.Step()) rows.Add(SqliteConversationQuery.Conversation(row));
        return rows;
    }

    public static List<string> ListLive(SqliteSession session, string workspace, string afterId, int limit)
    {
        var row = session.Prepare("""
            SELECT id FROM conversations INDEXED BY conversations_live
            WHERE workspace = ?1 AND status < 4 AND id > ?2 ORDER BY id LIMIT ?3
            """).Bind(1, workspace).Bind(2, afterId).Bind(3, limit);
        var ids = new List<string>();
        while (row.Step()) ids.Add(row.Text(0));
        return ids;
    }

    public static List<CreatedRow> ListCreated(
        SqliteSession session, string workspace, DateTimeOffset from, DateTimeOffset to, CreatedRow? after, int limit)
    {
        var row = session.Prepare($"""
            SELECT create_time, id FROM conversations INDEXED BY conversations_created
            WHERE workspace = ?1 AND create_time >= ?2 AND create_time < ?3
            {(after is null ? "" : "AND create_time <= ?5 AND (create_time < ?5 OR id > ?6)")}
            ORDER BY create_time DESC, id LIMIT ?4
            """).Bind(1, workspace).Bind(2, from.UtcTicks).Bind(3, to.UtcTicks).Bind(4, limit);
        if (after is { } place) row.Bind(5, place.CreateTime.UtcTicks).Bind(6, place.Id);
        var rows = new List<CreatedRow>();
        while (row.Step()) rows.Add(new CreatedRow(row.Time(0), row.Text(1)));
        return rows;
    }

    public static List<AgentRoutingRow> ListAgentRouting(SqliteSession session, string workspace, string afterId, int limit)
    {
        var row = session.Prepare("SELECT id, version, routing FROM agents WHERE workspace = ?1 AND id > ?2 ORDER BY id LIMIT ?3")
            .Bind(1, workspace).Bind(2, afterId).Bind(3, limit);
        var rows = new List<AgentRoutingRow>();
        while (row.Step())
            rows.Add(new AgentRoutingRow(row.Text(0), row.Int64(1), row.IsNull(2) ? default(ReadOnlyMemory<byte>?) : row.Blob(2)));
        return rows;
    }

    public static SlaFigures Report(SqliteSession session, string workspace, DateTimeOffset from, DateTimeOffset to, string? queue)
    {
        var where = queue is null ? Period : $"{Period} AND queue = ?4";
        var row = session.Prepare($"""
            SELECT policy, metric, kind, count(*) FROM sla_outcomes {where}
            GROUP BY policy, metric, kind ORDER BY policy, metric, kind
            """).Bind(1, workspace).Bind(2, from.UtcTicks).Bind(3, to.UtcTicks);
        if (queue is not null) row.Bind(4, queue);
        var outcomes = new List<SlaFigure>();
        while (row.Step()) outcomes.Add(new SlaFigure(row.Text(0), row.Int32(1), row.Int32(2), row.Int64(3)));

        row = session.Prepare($"""
            SELECT count(*), total(before_likely), total(before_latest), total(revised), total(revised AND before_revised)
            FROM promise_outcomes {where} AND answered
            """).Bind(1, workspace).Bind(2, from.UtcTicks).Bind(3, to.UtcTicks);
        if (queue is not null) row.Bind(4, queue);
        row.Step();
        var promises = new PromiseFigures(row.Int64(0), row.Int64(1), row.Int64(2), row.Int64(3), row.Int64(4));
        row.Reset();
        return new SlaFigures(outcomes, promises);
    }

    public static void Add(SqliteSession session, SlaOutcomeRow row) =>
        session.Prepare("""
            INSERT INTO sla_outcomes (workspace, time, conversation, version, place, queue, policy, metric, kind, deadline_id)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT DO NOTHING
            """)
            .Bind(1, row.Workspace).Bind(2, row.Time.UtcTicks).Bind(3, row.Conversation).Bind(4, row.Version).Bind(5, row.Place)
            .Bind(6, row.Queue).Bind(7, row.Policy).Bind(8, row.Metric).Bind(9, row.Kind).Bind(10, row.DeadlineId).Execute();

    public static void Add(SqliteSession session, PromiseOutcomeRow row) =>
        session.Prepare("""
            INSERT INTO promise_outcomes (workspace, time, conversation, version, place, queue, basis, answered, before_likely,
                before_latest, revised, before_revised)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT DO NOTHING
            """)
            .Bind(1, row.Workspace).Bind(2, row.Time.UtcTicks).Bind(3, row.Conversation).Bind(4, row.Version).Bind(5, row.Place)
            .Bind(6, row.Queue).Bind(7, row.Basis).Bind(8, row.IsAnswered ? 1 : 0).Bind(9, row.IsBeforeLikely ? 1 : 0)
            .Bind(10, row.IsBeforeLatest ? 1 : 0).Bind(11, row.IsRevised ? 1 : 0).Bind(12, row.IsBeforeRevised ? 1 : 0).Execute();
}
