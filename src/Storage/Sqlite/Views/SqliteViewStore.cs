using Engine.Grains.Consumers;
using Engine.Grains.Journal;
using Engine.Grains.Views;
using Engine.Storage.Sqlite.Native;
using static Engine.Storage.StorageLimits;

namespace Engine.Storage.Sqlite.Views;

/// <summary>The read models in a file of their own, which may be deleted and is then built again.</summary>
internal sealed class SqliteViewStore(SqliteFile file) : IViewStore
{
    public Task<JournalPosition> ReadCheckpointAsync(CancellationToken cancellationToken = default) =>
        file.Readers.ReadAsync(
            session =>
            {
                var row = session.Prepare("SELECT position FROM checkpoint");
                var position = row.Step() ? PositionCodec.Decode(row.Blob(0)) : JournalPosition.Start;
                row.Reset();
                return position;
            },
            cancellationToken);

    public Task<Checkpoint> TakeAsync(LaneSet lanes, CancellationToken cancellationToken = default)
    {
        CheckLanes(lanes);
        cancellationToken.ThrowIfCancellationRequested();
        var start = PositionCodec.Encode(JournalPosition.Start);
        return file.Writer.WriteAsync(
            session =>
            {
                session.Prepare("""
                    INSERT INTO checkpoint (id, position, epoch) VALUES (1, ?1, 1) ON CONFLICT DO UPDATE SET epoch = epoch + 1
                    """).Bind(1, start).Execute();
                var row = session.Prepare("SELECT epoch, position FROM checkpoint");
                row.Step();
                var taken = new Checkpoint(lanes, row.Int64(0), PositionCodec.Decode(row.Blob(1)));
                row.Reset();
                return taken;
            },
            start.Length);
    }

    public Task<bool> ApplyAsync(
        IReadOnlyList<ViewChange> changes, Checkpoint checkpoint, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(changes);
        ArgumentNullException.ThrowIfNull(checkpoint);
        CheckLanes(checkpoint.Lanes);
        cancellationToken.ThrowIfCancellationRequested();
        var position = PositionCodec.Encode(checkpoint.Position);
        return file.Writer.WriteAsync(
            session =>
            {
                // First the fence: other writes share the transaction, so it cannot be rolled back for this one.
                var moved = session.Prepare("UPDATE checkpoint SET position = ?1 WHERE epoch = ?2")
                    .Bind(1, position).Bind(2, checkpoint.Epoch).Execute();
                if (moved == 0) return false;
                foreach (var change in changes) SqliteViewChanges.Apply(session, change);
                return true;
            },
            changes.Sum(SqliteViewChanges.Bytes),
            changes.Any(change => change is ViewChange.EraseCustomer or ViewChange.EraseConversation));
    }

    public Task<IReadOnlyList<ConversationRow>> ListConversationsAsync(
        ConversationQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        CheckLimit(query.Limit, ListRowsMax);
        foreach (var status in query.Statuses) CheckStatus(status);
        return file.Readers.ReadAsync<IReadOnlyList<ConversationRow>>(
            session => SqliteConversationQuery.Run(session, query), cancellationToken);
    }

    public Task<IReadOnlyList<PersonRow>> ListCustomersAsync(
        string workspace, string afterId, int limit, CancellationToken cancellationToken = default) =>
        ListPeopleAsync(
            """
            SELECT c.id, c.version, c.update_time, s.content FROM customers c CROSS JOIN slots s ON s.id = c.slot
            WHERE c.workspace = ?1 AND c.id > ?2 ORDER BY c.id LIMIT ?3
            """,
            row => ErasableSlots.Content(row, 3), workspace, afterId, limit, cancellationToken);

    public Task<IReadOnlyList<PersonRow>> ListAgentsAsync(
        string workspace, string afterId, int limit, CancellationToken cancellationToken = default) =>
        ListPeopleAsync(
            "SELECT id, version, update_time, payload FROM agents WHERE workspace = ?1 AND id > ?2 ORDER BY id LIMIT ?3",
            row => row.Blob(3), workspace, afterId, limit, cancellationToken);

    public Task<IReadOnlyList<ConversationRow>> ListWaitingAsync(
        string workspace, string queue, string afterId, int limit, CancellationToken cancellationToken = default) =>
        ListAsync(limit, session => SqlitePromiseViews.ListWaiting(session, workspace, queue, afterId, limit), cancellationToken);

    public Task<IReadOnlyList<string>> ListLiveAsync(
        string workspace, string afterId, int limit, CancellationToken cancellationToken = default) =>
        ListAsync(limit, session => SqlitePromiseViews.ListLive(session, workspace, afterId, limit), cancellationToken);

    public Task<IReadOnlyList<CreatedRow>> ListCreatedAsync(
        string workspace, DateTimeOffset from, DateTimeOffset to, CreatedRow? after, int limit, CancellationToken cancellationToken = default) =>
        ListAsync(limit, session => SqlitePromiseViews.ListCreated(session, workspace, from, to, after, limit), cancellationToken);

    public Task<IReadOnlyList<AgentRoutingRow>> ListAgentRoutingAsync(
        string workspace, string afterId, int limit, CancellationToken cancellationToken = default) =>
        ListAsync(limit, session => SqlitePromiseViews.ListAgentRouting(session, workspace, afterId, limit), cancellationToken);

    public Task<SlaFigures> ReportSlaAsync(
        string workspace, DateTimeOffset from, DateTimeOffset to, string? queue, CancellationToken cancellationToken = default) =>
        file.Readers.ReadAsync(session => SqlitePromiseViews.Report(session, workspace, from, to, queue), cancellationToken);

    public Task<IReadOnlyList<TimelineRow>> ListTimelineAsync(
        string workspace, string customer, TimelinePlace? before, int limit, CancellationToken cancellationToken = default)
    {
        return ListAsync(limit, session => ListTimeline(session, workspace, customer, before, limit), cancellationToken);
    }

    private Task<IReadOnlyList<T>> ListAsync<T>(int limit, Func<SqliteSession, List<T>> list, CancellationToken cancellationToken)
    {
        CheckLimit(limit, ListRowsMax);
        return file.Readers.ReadAsync<IReadOnlyList<T>>(session => list(session), cancellationToken);
    }

    private static void CheckLanes(LaneSet lanes)
    {
        if (lanes != LaneSet.All) throw new ArgumentException("One owner keeps these views up with every lane.", nameof(lanes));
    }

    private static List<TimelineRow> ListTimeline(
        SqliteSession session, string workspace, string customer, TimelinePlace? before, int limit)
    {
        var sql = $"""
            SELECT time, conversation, version FROM timeline WHERE workspace = ?1 AND customer = ?2
            {(before is null ? "" : "AND (time, conversation, version) < (?4, ?5, ?6)")}
            ORDER BY time DESC, conversation DESC, version DESC LIMIT ?3
            """;
        var row = session.Prepare(sql).Bind(1, workspace).Bind(2, customer).Bind(3, limit);
        if (before is { } place) row.Bind(4, place.Time.UtcTicks).Bind(5, place.Conversation).Bind(6, place.Version);
        var rows = new List<TimelineRow>();
        while (row.Step()) rows.Add(new TimelineRow(new TimelinePlace(row.Time(0), row.Text(1), row.Int64(2))));
        return rows;
    }

    private Task<IReadOnlyList<PersonRow>> ListPeopleAsync(
        string sql, Func<SqliteStatement, byte[]> payload, string workspace, string afterId, int limit,
        CancellationToken cancellationToken)
    {
        CheckLimit(limit, ListRowsMax);
        return file.Readers.ReadAsync<IReadOnlyList<PersonRow>>(
            session =>
            {
                var people = new List<PersonRow>();
                var row = session.Prepare(sql).Bind(1, workspace).Bind(2, afterId).Bind(3, limit);
                while (row.Step())
                    people.Add(new PersonRow(workspace, row.Text(0), row.Int64(1), row.Time(2), payload(row)));
                return people;
            },
            cancellationToken);
    }
}
