using Engine.Storage.Sqlite.Native;
using Engine.Storage.State;

namespace Engine.Storage.Sqlite;

/// <summary>Grain states in the state file. They hold secrets, so what is cleared is destroyed.</summary>
internal sealed class SqliteGrainStateStore(SqliteFile file) : IGrainStateStore
{
    public Task<StoredState?> ReadAsync(string name, string grain) => file.Readers.ReadAsync(
        session =>
        {
            var row = session.Prepare("""
                SELECT s.content, g.etag FROM grain_states g CROSS JOIN slots s ON s.id = g.slot
                WHERE g.name = ?1 AND g.grain = ?2
                """).Bind(1, name).Bind(2, grain);
            var state = row.Step() ? new StoredState(ErasableSlots.Content(row, 0), row.Text(1)) : null;
            row.Reset();
            return state;
        },
        CancellationToken.None);

    public Task<string?> WriteAsync(string name, string grain, string? expectedEtag, StoredState state)
    {
        StorageLimits.CheckBytes(state.Payload.Length, StorageLimits.GrainStateBytesMax, "A grain state");
        return file.Writer.WriteAsync(
            session =>
            {
                var (etag, slot) = Find(session, name, grain);
                if (etag != expectedEtag) return etag;
                session.Prepare("""
                    INSERT INTO grain_states (name, grain, etag, slot) VALUES (?1, ?2, ?3, ?4)
                    ON CONFLICT DO UPDATE SET etag = excluded.etag, slot = excluded.slot
                    """)
                    .Bind(1, name).Bind(2, grain).Bind(3, state.Etag)
                    .Bind(4, ErasableSlots.Put(session, slot, state.Payload.Span)).Execute();
                return etag;
            },
            state.Payload.Length);
    }

    public Task<string?> DeleteAsync(string name, string grain, string? expectedEtag) => file.Writer.WriteAsync(
        session =>
        {
            var (etag, slot) = Find(session, name, grain);
            if (etag is null || etag != expectedEtag) return etag;
            ErasableSlots.Free(session, slot);
            session.Prepare("DELETE FROM grain_states WHERE name = ?1 AND grain = ?2").Bind(1, name).Bind(2, grain).Execute();
            return etag;
        },
        scrubs: true);

    private static (string? Etag, long Slot) Find(SqliteSession session, string name, string grain)
    {
        var row = session.Prepare("SELECT etag, slot FROM grain_states WHERE name = ?1 AND grain = ?2").Bind(1, name).Bind(2, grain);
        (string?, long) found = row.Step() ? (row.Text(0), row.Int64(1)) : (null, 0);
        row.Reset();
        return found;
    }
}
