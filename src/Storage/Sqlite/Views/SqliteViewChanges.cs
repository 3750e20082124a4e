using System.Diagnostics;
using Engine.Grains.Views;
using Engine.Storage.Sqlite.Native;

namespace Engine.Storage.Sqlite.Views;

/// <summary>Writes changes of the read models. One writer, one transaction: reading before writing races with nobody.</summary>
internal static class SqliteViewChanges
{
    private const string PutCustomer = """
        INSERT INTO customers (workspace, id, version, update_time, payload) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT DO UPDATE SET version = excluded.version, update_time = excluded.update_time, payload = excluded.payload
        WHERE excluded.version > customers.version
        """;

    private const string PutAgent = """
        INSERT INTO agents (workspace, id, version, update_time, payload) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT DO UPDATE SET version = excluded.version, update_time = excluded.update_time, payload = excluded.payload
        WHERE excluded.version > agents.version
        """;

    private const string PutConversation = """
        INSERT INTO conversations (workspace, id, version, customer, assignee, status, channel, tags, create_time, update_time,
            summary, details)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
        ON CONFLICT DO UPDATE SET version = excluded.version, customer = excluded.customer, assignee = excluded.assignee,
            status = excluded.status, channel = excluded.channel, tags = excluded.tags, create_time = excluded.create_time,
            update_time = excluded.update_time, summary = excluded.summary, details = ifnull(excluded.details, details)
        """;

    public static int Bytes(ViewChange change) => change switch
    {
        ViewChange.PutConversation put => put.Row.Summary.Length + (put.Row.Details?.Length ?? 0),
        ViewChange.PutCustomer put => put.Row.Payload.Length,
        ViewChange.PutAgent put => put.Row.Payload.Length,
        _ => 0,
    };

    public static void Apply(SqliteSession session, ViewChange change)
    {
        switch (change)
        {
            case ViewChange.PutConversation put:
                Put(session, put.Row);
                break;
            case ViewChange.PutCustomer put:
                Put(session, PutCustomer, put.Row);
                break;
            case ViewChange.PutAgent put:
                Put(session, PutAgent, put.Row);
                break;
            case ViewChange.AddToTimeline add:
                Add(session, add);
                break;
            case ViewChange.EraseCustomer erase:
                Erase(session, erase);
                break;
            default:
                throw new UnreachableException($"No such change: {change.GetType().Name}.");
        }
    }

    private static void Put(SqliteSession session, string sql, PersonRow person) =>
        session.Prepare(sql).Bind(1, person.Workspace).Bind(2, person.Id).Bind(3, person.Version)
            .Bind(4, person.UpdateTime.UtcTicks).Bind(5, person.Payload.Span).Execute();

    private static void Put(SqliteSession session, ConversationRow row)
    {
        if (!RemoveOldTags(session, row)) return;
        var put = session.Prepare(PutConversation)
            .Bind(1, row.Workspace).Bind(2, row.Id).Bind(3, row.Version).Bind(4, row.Customer).Bind(5, row.Assignee)
            .Bind(6, row.Status).Bind(7, row.Channel).Bind(8, TagsCodec.Encode(row.Tags))
            .Bind(9, row.CreateTime.UtcTicks).Bind(10, row.UpdateTime.UtcTicks).Bind(11, row.Summary.Span);
        if (row.Details is { } details) put.Bind(12, details.Span);
        else put.BindNull(12);
        put.Execute();
        foreach (var tag in row.Tags)
        {
            session.Prepare("""
                INSERT INTO conversation_tags (workspace, tag, update_time, id) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING
                """).Bind(1, row.Workspace).Bind(2, tag).Bind(3, row.UpdateTime.UtcTicks).Bind(4, row.Id).Execute();
        }
    }

    /// <summary>False when the stored row is as new as this one: then nothing is to be changed.</summary>
    private static bool RemoveOldTags(SqliteSession session, ConversationRow row)
    {
        var stored = session.Prepare("SELECT version, update_time, tags FROM conversations WHERE workspace = ?1 AND id = ?2")
            .Bind(1, row.Workspace).Bind(2, row.Id);
        if (!stored.Step()) return true;
        var (version, updateTime, tags) = (stored.Int64(0), stored.Int64(1), TagsCodec.Decode(stored.Blob(2)));
        stored.Reset();
        if (version >= row.Version) return false;
        foreach (var tag in tags)
        {
            session.Prepare("DELETE FROM conversation_tags WHERE workspace = ?1 AND tag = ?2 AND update_time = ?3 AND id = ?4")
                .Bind(1, row.Workspace).Bind(2, tag).Bind(3, updateTime).Bind(4, row.Id).Execute();
        }

        return true;
    }

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

    private static void Erase(SqliteSession session, ViewChange.EraseCustomer erase)
    {
        foreach (var sql in (ReadOnlySpan<string>)
            [
                "DELETE FROM customers WHERE workspace = ?1 AND id = ?2",
                "UPDATE conversations SET details = NULL WHERE workspace = ?1 AND customer = ?2",
                "DELETE FROM timeline WHERE workspace = ?1 AND customer = ?2",
            ])
        {
            session.Prepare(sql).Bind(1, erase.Workspace).Bind(2, erase.Customer).Execute();
        }
    }
}
