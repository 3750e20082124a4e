using Engine.Grains.Views;
using Engine.Storage.Sqlite.Native;

namespace Engine.Storage.Sqlite.Views;

/// <summary>
/// Lists conversations by filter. Every list has the same order, newest update first, so the index that leads must give
/// its rows in that order, or each page would sort all rows that match. The most selective given filter leads and names its
/// index; the others are checked on the rows. Several statuses are several ordered lists, merged here.
/// </summary>
internal static class SqliteConversationQuery
{
    public const string Columns = """
        c.workspace, c.id, c.version, c.customer, c.assignee, c.status, c.channel, c.tags, c.create_time, c.update_time,
        c.summary, (SELECT s.content FROM slots s WHERE s.id = c.details), c.queue
        """;

    private const string ByTag = "";

    private const string ByQueue = "conversations_by_queue";

    // The index is partial, and its term must stand in the query.
    private const string InQueue = "queue = ?2 AND queue <> ''";

    private const string HasTag = """
        EXISTS (SELECT 1 FROM conversation_tags t
            WHERE t.workspace = c.workspace AND t.tag = ?5 AND t.update_time = c.update_time AND t.id = c.id)
        """;

    public static List<ConversationRow> Run(SqliteSession session, ConversationQuery query)
    {
        // The indexes by assignee and by queue hold the status before the time, so that the few open conversations are found
        // among many closed ones; without a status in the query each one that occurs is a list of its own. What nobody has
        // is much; what nobody has of a queue is less.
        if (query is { Customer: null, Queue: not null, Assignee: null or "" }) return OfEachStatus(session, query, ByQueue, InQueue);
        if (query is { Customer: null, Assignee: not null }) return OfEachStatus(session, query, "conversations_by_assignee", "assignee = ?2");

        if (query.Customer is not null) return Read(session, query, "conversations_by_customer", null);
        if (query.Tag is not null) return Read(session, query, ByTag, null);
        if (query.Statuses.Count > 0)
            return Merge(query, query.Statuses, status => Read(session, query, "conversations_by_status", status));
        return Read(session, query, query.Channel is not null ? "conversations_by_channel" : "conversations_recent", null);
    }

    private static List<ConversationRow> OfEachStatus(SqliteSession session, ConversationQuery query, string index, string lead) => Merge(
        query,
        query.Statuses.Count > 0 ? query.Statuses : StatusesOf(session, query, index, lead),
        status => Read(session, query, index, status));

    private static List<ConversationRow> Merge(
        ConversationQuery query, IReadOnlyList<int> statuses, Func<int, List<ConversationRow>> read)
    {
        var distinct = statuses.Distinct().ToArray();
        if (distinct.Length == 1) return read(distinct[0]);
        return [.. distinct.SelectMany(read)
            .OrderByDescending(row => row.UpdateTime).ThenBy(row => row.Id, StringComparer.Ordinal)
            .Take(query.Limit)];
    }

    /// <summary>The statuses that occur among an agent's or a queue's conversations: a few jumps in the index.</summary>
    private static List<int> StatusesOf(SqliteSession session, ConversationQuery query, string index, string lead)
    {
        var statuses = new List<int>();
        for (var after = -1L; ;)
        {
            var row = session.Prepare($"""
                SELECT status FROM conversations INDEXED BY {index}
                WHERE workspace = ?1 AND {lead} AND status > ?3 ORDER BY status LIMIT 1
                """).Bind(1, query.Workspace).Bind(2, index == ByQueue ? query.Queue! : query.Assignee!).Bind(3, after);
            if (!row.Step()) return statuses;
            after = row.Int64(0);
            statuses.Add((int)after);
            row.Reset();
        }
    }

    private static List<ConversationRow> Read(SqliteSession session, ConversationQuery query, string index, int? status)
    {
        var row = session.Prepare(Sql(query, index, status is not null)).Bind(1, query.Workspace).Bind(2, query.Limit);
        if (query.Customer is not null) row.Bind(3, query.Customer);
        if (query.Assignee is not null) row.Bind(4, query.Assignee);
        if (query.Tag is not null) row.Bind(5, query.Tag);
        if (query.Channel is not null) row.Bind(6, query.Channel);
        if (query.UpdatedSince is { } since) row.Bind(7, since.UtcTicks);
        if (query.UpdatedBefore is { } before) row.Bind(8, before.UtcTicks);
        if (query.After is { } after) row.Bind(9, after.UpdateTime.UtcTicks).Bind(10, after.Id);
        if (status is not null) row.Bind(11, status.Value);
        else if (query.Statuses.Count > 0) row.Bind(12, query.Statuses.Aggregate(0L, (mask, s) => mask | (1L << s)));
        if (query.Queue is not null) row.Bind(13, query.Queue);
        var rows = new List<ConversationRow>();
        while (row.Step()) rows.Add(Conversation(row));
        return rows;
    }

    /// <summary>One text for each shape of query, whatever the values: the texts are few, so their statements are kept.</summary>
    private static string Sql(ConversationQuery query, string index, bool oneStatus)
    {
        var byTag = index == ByTag;
        // The place in the order is taken from the leading table, so that its index also finds the page's start.
        var lead = byTag ? "t" : "c";
        string?[] conditions =
        [
            $"{lead}.workspace = ?1",
            query.Customer is null ? null : "c.customer = ?3",
            query.Assignee is null ? null : "c.assignee = ?4",
            query.Tag is null ? null : byTag ? "t.tag = ?5" : HasTag,
            query.Channel is null ? null : "c.channel = ?6",
            query.Queue is null ? null : index == ByQueue ? "c.queue = ?13 AND c.queue <> ''" : "c.queue = ?13",
            query.UpdatedSince is null ? null : $"{lead}.update_time >= ?7",
            query.UpdatedBefore is null ? null : $"{lead}.update_time < ?8",
            query.After is null ? null : $"{lead}.update_time <= ?9 AND ({lead}.update_time < ?9 OR {lead}.id > ?10)",
            oneStatus ? "c.status = ?11" : query.Statuses.Count == 0 ? null : "(1 << c.status) & ?12",
        ];
        var from = byTag
            ? "conversation_tags t CROSS JOIN conversations c ON c.workspace = t.workspace AND c.id = t.id"
            : $"conversations c INDEXED BY {index}";
        return $"""
            SELECT {Columns} FROM {from}
            WHERE {string.Join(" AND ", conditions.Where(condition => condition is not null))}
            ORDER BY {lead}.update_time DESC, {lead}.id LIMIT ?2
            """;
    }

    public static ConversationRow Conversation(SqliteStatement row) => new(
        row.Text(0), row.Text(1), row.Int64(2), row.Text(3), row.Text(4), row.Int32(5), row.Text(6),
        TagsCodec.Decode(row.Blob(7)), row.Time(8), row.Time(9), row.Blob(10),
        row.IsNull(11) ? default(ReadOnlyMemory<byte>?) : ErasableSlots.Content(row, 11), row.Text(12));
}
