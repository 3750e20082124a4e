using Engine.Grains.Journal;
using Engine.Storage.Sqlite.Native;

namespace Engine.Storage.Sqlite.Journal;

/// <summary>The journal's statements, and the small questions asked in more than one place.</summary>
internal static class SqliteJournalSql
{
    public const string Append =
        "INSERT INTO commits (stream, version, lane, writer, payload) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING";

    public const string ReadForwards = """
        SELECT c.version, c.sequence, c.writer, c.payload
        FROM streams s CROSS JOIN commits c ON c.stream = s.id
        WHERE s.workspace = ?1 AND s.kind = ?2 AND s.name = ?3 AND c.version > ?4
        ORDER BY c.version LIMIT ?5
        """;

    public const string ReadBackwards = """
        SELECT c.version, c.sequence, c.writer, c.payload
        FROM streams s CROSS JOIN commits c ON c.stream = s.id
        WHERE s.workspace = ?1 AND s.kind = ?2 AND s.name = ?3 AND c.version < ?4
        ORDER BY c.version DESC LIMIT ?5
        """;

    /// <summary>Without a limit: the reader stops stepping when it has enough.</summary>
    public const string ReadAll = """
        SELECT c.sequence, c.lane, c.version, c.writer, s.workspace = ?2, s.workspace, s.kind, s.name, c.payload
        FROM commits c CROSS JOIN streams s ON s.id = c.stream
        WHERE c.sequence > ?1
        ORDER BY c.sequence
        """;

    public const string ReadSnapshot = """
        SELECT n.version, t.content
        FROM streams s CROSS JOIN snapshots n ON n.stream = s.id CROSS JOIN slots t ON t.id = n.slot
        WHERE s.workspace = ?1 AND s.kind = ?2 AND s.name = ?3
        """;

    public static SqliteStatement BindName(this SqliteStatement statement, StreamName stream) =>
        statement.Bind(1, stream.Workspace).Bind(2, stream.Kind).Bind(3, stream.Id);

    /// <summary>The stream's number, or 0.</summary>
    public static long FindStream(SqliteSession session, StreamName stream) =>
        session.Prepare("SELECT id FROM streams WHERE workspace = ?1 AND kind = ?2 AND name = ?3").BindName(stream).First();

    public static long AddStream(SqliteSession session, StreamName stream)
    {
        session.Prepare("INSERT INTO streams (workspace, kind, name) VALUES (?1, ?2, ?3)").BindName(stream).Execute();
        return session.LastInsertRowId;
    }

    public static bool HasVersion(SqliteSession session, long stream, long version) =>
        session.Prepare("SELECT 1 FROM commits WHERE stream = ?1 AND version = ?2").Bind(1, stream).Bind(2, version).First() == 1;

    public static bool WriteSnapshot(SqliteSession session, StreamName stream, StoredSnapshot snapshot)
    {
        var id = FindStream(session, stream);
        if (id == 0) id = AddStream(session, stream);
        var (version, slot) = FindSnapshot(session, id);
        if (snapshot.Version < version) return false;
        session.Prepare("""
            INSERT INTO snapshots (stream, version, slot) VALUES (?1, ?2, ?3)
            ON CONFLICT DO UPDATE SET version = excluded.version, slot = excluded.slot
            """).Bind(1, id).Bind(2, snapshot.Version).Bind(3, ErasableSlots.Put(session, slot, snapshot.Payload.Span)).Execute();
        return true;
    }

    public static bool DeleteSnapshot(SqliteSession session, StreamName stream)
    {
        var id = FindStream(session, stream);
        var (_, slot) = FindSnapshot(session, id);
        if (slot == 0) return false;
        ErasableSlots.Free(session, slot);
        return session.Prepare("DELETE FROM snapshots WHERE stream = ?1").Bind(1, id).Execute() == 1;
    }

    private static (long Version, long Slot) FindSnapshot(SqliteSession session, long stream)
    {
        var row = session.Prepare("SELECT version, slot FROM snapshots WHERE stream = ?1").Bind(1, stream);
        var found = row.Step() ? (row.Int64(0), row.Int64(1)) : (0, 0);
        row.Reset();
        return found;
    }
}
