using Engine.Grains.Consumers;
using Engine.Grains.Journal;
using Engine.Storage.Sqlite.Native;

namespace Engine.Storage.Sqlite;

/// <summary>Consumers' positions in the state file.</summary>
internal sealed class SqliteConsumerStore(SqliteFile file, TimeProvider time) : IConsumerStore
{
    public Task<JournalPosition?> ReadAsync(string workspace, string consumer, CancellationToken cancellationToken = default)
    {
        CheckName(workspace, consumer);
        return file.Readers.ReadAsync(
            session =>
            {
                var row = session.Prepare("SELECT position FROM consumers WHERE workspace = ?1 AND name = ?2")
                    .Bind(1, workspace).Bind(2, consumer);
                var position = row.Step() ? PositionCodec.Decode(row.Blob(0)) : null;
                row.Reset();
                return position;
            },
            cancellationToken);
    }

    public Task WriteAsync(
        string workspace, string consumer, JournalPosition position, CancellationToken cancellationToken = default)
    {
        CheckName(workspace, consumer);
        ArgumentNullException.ThrowIfNull(position);
        cancellationToken.ThrowIfCancellationRequested();
        var encoded = PositionCodec.Encode(position);
        var now = time.GetUtcNow().UtcTicks;
        return file.Writer.WriteAsync(
            session => session.Prepare("""
                INSERT INTO consumers (workspace, name, position, update_time) VALUES (?1, ?2, ?3, ?4)
                ON CONFLICT DO UPDATE SET position = excluded.position, update_time = excluded.update_time
                """).Bind(1, workspace).Bind(2, consumer).Bind(3, encoded).Bind(4, now).Execute(),
            encoded.Length);
    }

    public Task<bool> DeleteAsync(string workspace, string consumer, CancellationToken cancellationToken = default)
    {
        CheckName(workspace, consumer);
        cancellationToken.ThrowIfCancellationRequested();
        return file.Writer.WriteAsync(session => session.Prepare("DELETE FROM consumers WHERE workspace = ?1 AND name = ?2")
            .Bind(1, workspace).Bind(2, consumer).Execute() == 1);
    }

    public Task<IReadOnlyList<StoredConsumer>> ListAsync(string workspace, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        return file.Readers.ReadAsync<IReadOnlyList<StoredConsumer>>(session => List(session, workspace), cancellationToken);
    }

    private static List<StoredConsumer> List(SqliteSession session, string workspace)
    {
        var consumers = new List<StoredConsumer>();
        var row = session.Prepare(
            "SELECT name, position, update_time FROM consumers WHERE workspace = ?1 ORDER BY name LIMIT ?2")
            .Bind(1, workspace).Bind(2, StorageLimits.ListRowsMax);
        while (row.Step())
            consumers.Add(new StoredConsumer(row.Text(0), PositionCodec.Decode(row.Blob(1)), row.Time(2)));
        return consumers;
    }

    private static void CheckName(string workspace, string consumer)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        ArgumentException.ThrowIfNullOrEmpty(consumer);
    }
}
