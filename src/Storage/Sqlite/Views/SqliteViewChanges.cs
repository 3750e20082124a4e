using System.Diagnostics;
using Engine.Grains.Views;
using Engine.Storage.Sqlite.Native;

namespace Engine.Storage.Sqlite.Views;

/// <summary>Writes changes of the read models. One writer, one transaction: reading before writing races with nobody.</summary>
internal static class SqliteViewChanges
{
    private const string UpsertAgent = """
        INSERT INTO agents (workspace, id, version, update_time, payload, routing) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT DO UPDATE SET version = excluded.version, update_time = excluded.update_time, payload = excluded.payload,
            routing = coalesce(excluded.routing, agents.routing)
        WHERE excluded.version > agents.version
        """;

    private const string UpsertConversation = """
        INSERT INTO conversations (workspace, id, version, customer, assignee, status, channel, tags, create_time, update_time,
            summary, details, queue)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
        ON CONFLICT DO UPDATE SET version = excluded.version, customer = excluded.customer, assignee = excluded.assignee,
            status = excluded.status, channel = excluded.channel, tags = excluded.tags, create_time = excluded.create_time,
            update_time = excluded.update_time, summary = excluded.summary, details = excluded.details,
            queue = excluded.queue
        """;

    public static int Bytes(ViewChange change) => change switch
    {
        ViewChange.PutConversation put => put.Row.Summary.Length + (put.Row.Details?.Length ?? 0),
        ViewChange.PutCustomer put => put.Row.Payload.Length,
        ViewChange.PutAgent put => put.Row.Payload.Length + (put.Routing?.Length ?? 0),
        _ => 0,
    };

    public static void Apply(SqliteSession session, ViewChange change)
    {
        switch (change)
        {
            case ViewChange.PutConversation put:
                PutConversation(session, put.Row);
                break;
            case ViewChange.PutCustomer put:
                PutCustomer(session, put.Row);
                break;
            case ViewChange.PutAgent put:
                PutAgent(session, put.Row, put.Routing);
                break;
            case ViewChange.AddToTimeline add:
                Add(session, add);
                break;
            case ViewChange.AddSlaOutcome add:
                SqlitePromiseViews.Add(session, add.Row);
                break;
            case ViewChange.AddPromiseOutcome add:
                SqlitePromiseViews.Add(session, add.Row);
                break;
            case ViewChange.EraseConversation erase:
                Erase(session, erase);
                break;
            case ViewChange.EraseCustomer erase:
                Erase(session, erase);
                break;
            default:
                throw new UnreachableException($"No such change: {change.GetType().Name}.");
        }
    }

    private static void PutAgent(SqliteSession session, PersonRow person, ReadOnlyMemory<byte>? routing)
    {
        var row = session.Prepare(UpsertAgent).Bind(1, person.Workspace).Bind(2, person.Id).Bind(3, person.Version)
            .Bind(4, person.UpdateTime.UtcTicks).Bind(5, person.Payload.Span);
        (routing is { } known ? row.Bind(6, known.Span) : row.BindNull(6)).Execute();
    }

    private static void PutCustomer(SqliteSession session, PersonRow person)
    {
        var stored = session.Prepare("SELECT version, slot FROM customers WHERE workspace = ?1 AND id = ?2")
            .Bind(1, person.Workspace).Bind(2, person.Id);
        var (version, slot) = stored.Step() ? (stored.Int64(0), stored.Int64(1)) : (long.MinValue, 0);
        stored.Reset();
        if (version >= person.Version) return;
        slot = ErasableSlots.Put(session, slot, person.Payload.Span);
        session.Prepare("""
            INSERT INTO customers (workspace, id, version, update_time, slot) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT DO UPDATE SET version = excluded.version, update_time = excluded.update_time, slot = excluded.slot
            """)
            .Bind(1, person.Workspace).Bind(2, person.Id).Bind(3, person.Version)
            .Bind(4, person.UpdateTime.UtcTicks).Bind(5, slot).Execute();
    }

    private static void PutConversation(SqliteSession session, ConversationRow row)
    {
        var stored = session.Prepare(
            "SELECT version, update_time, tags, details FROM conversations WHERE workspace = ?1 AND id = ?2")
            .Bind(1, row.Workspace).Bind(2, row.Id);
        var slot = 0L;
        if (stored.Step())
        {
            var (version, updateTime, tags) = (stored.Int64(0), stored.Int64(1), TagsCodec.Decode(stored.Blob(2)));
            slot = stored.Int64(3);
            stored.Reset();
            if (version >= row.Version) return;
            foreach (var tag in tags) RemoveTag(session, row, tag, updateTime);
        }

        if (row.Details is { } details) slot = ErasableSlots.Put(session, slot, details.Span);
        session.Prepare(UpsertConversation)
            .Bind(1, row.Workspace).Bind(2, row.Id).Bind(3, row.Version).Bind(4, row.Customer).Bind(5, row.Assignee)
            .Bind(6, row.Status).Bind(7, row.Channel).Bind(8, TagsCodec.Encode(row.Tags))
            .Bind(9, row.CreateTime.UtcTicks).Bind(10, row.UpdateTime.UtcTicks).Bind(11, row.Summary.Span).Bind(12, slot)
            .Bind(13, row.Queue)
            .Execute();
        foreach (var tag in row.Tags) AddTag(session, row, tag);
    }

    private static void AddTag(SqliteSession session, ConversationRow row, string tag) =>
        session.Prepare("""
            INSERT INTO conversation_tags (workspace, tag, update_time, id) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING
            """).Bind(1, row.Workspace).Bind(2, tag).Bind(3, row.UpdateTime.UtcTicks).Bind(4, row.Id).Execute();

    private static void RemoveTag(SqliteSession session, ConversationRow row, string tag, long updateTime) =>
        session.Prepare("DELETE FROM conversation_tags WHERE workspace = ?1 AND tag = ?2 AND update_time = ?3 AND id = ?4")
            .Bind(1, row.Workspace).Bind(2, tag).Bind(3, updateTime).Bind(4, row.Id).Execute();

    private static void Add(SqliteSession session, ViewChange.AddToTimeline add)
    {
        var place = add.Row.Place;
        session.Prepare("""
            INSERT INTO timeline (workspace, customer, time, conversation, version) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT DO NOTHING
            """)
            .Bind(1, add.Workspace).Bind(2, add.Customer).Bind(3, place.Time.UtcTicks)
            .Bind(4, place.Conversation).Bind(5, place.Version).Execute();
    }

    private static void Erase(SqliteSession session, ViewChange.EraseConversation erase)
    {
        var slot = session.Prepare("SELECT details FROM conversations WHERE workspace = ?1 AND id = ?2")
            .Bind(1, erase.Workspace).Bind(2, erase.Conversation).First();
        if (slot != 0)
        {
            ErasableSlots.Free(session, slot);
            session.Prepare("UPDATE conversations SET details = 0 WHERE workspace = ?1 AND id = ?2")
                .Bind(1, erase.Workspace).Bind(2, erase.Conversation).Execute();
        }

        session.Prepare("DELETE FROM timeline WHERE workspace = ?1 AND customer = ?2 AND conversation = ?3")
            .Bind(1, erase.Workspace).Bind(2, erase.Customer).Bind(3, erase.Conversation).Execute();
    }

    private static void Erase(SqliteSession session, ViewChange.EraseCustomer erase)
    {
        foreach (var slot in SlotsOf(session, erase)) ErasableSlots.Free(session, slot);
        foreach (var sql in (ReadOnlySpan<string>)
            [
                "DELETE FROM customers WHERE workspace = ?1 AND id = ?2",
                "UPDATE conversations SET details = 0 WHERE workspace = ?1 AND customer = ?2",
                "DELETE FROM timeline WHERE workspace = ?1 AND customer = ?2",
            ])
        {
            session.Prepare(sql).Bind(1, erase.Workspace).Bind(2, erase.Customer).Execute();
        }
    }

    private static List<long> SlotsOf(SqliteSession session, ViewChange.EraseCustomer erase)
    {
        var slots = new List<long>();
        var row = session.Prepare("""
            SELECT slot FROM customers WHERE workspace = ?1 AND id = ?2
            UNION ALL
            SELECT details FROM conversations WHERE workspace = ?1 AND customer = ?2 AND details <> 0
            """).Bind(1, erase.Workspace).Bind(2, erase.Customer);
        while (row.Step()) slots.Add(row.Int64(0));
        return slots;
    }
}
