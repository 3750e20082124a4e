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

    public Task<Checkpoint> TakeAsync(string consumer, LaneSet lanes, CancellationToken cancellationToken = default)
    {
        var name = ConsumerNames.Of(consumer, lanes);
        CheckName("", name);
        cancellationToken.ThrowIfCancellationRequested();
        var start = PositionCodec.Encode(JournalPosition.Start);
        var now = time.GetUtcNow().UtcTicks;
        return file.Writer.WriteAsync(
            session =>
            {
                session.Prepare("""
                    INSERT INTO consumers (workspace, name, position, update_time, epoch) VALUES ('', ?1, ?2, ?3, 1)
                    ON CONFLICT DO UPDATE SET epoch = epoch + 1
                    """).Bind(1, name).Bind(2, start).Bind(3, now).Execute();
                var row = session.Prepare("SELECT epoch, position FROM consumers WHERE workspace = '' AND name = ?1").Bind(1, name);
                row.Step();
                var taken = new Checkpoint(lanes, row.Int64(0), PositionCodec.Decode(row.Blob(1)));
                row.Reset();
                return taken;
            },
            start.Length);
    }

    public Task<bool> MoveAsync(string consumer, Checkpoint checkpoint, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        var name = ConsumerNames.Of(consumer, checkpoint.Lanes);
        CheckName("", name);
        cancellationToken.ThrowIfCancellationRequested();
        var encoded = PositionCodec.Encode(checkpoint.Position);
        var now = time.GetUtcNow().UtcTicks;
        return file.Writer.WriteAsync(
            session => session.Prepare("""
                UPDATE consumers SET position = ?2, update_time = ?3 WHERE workspace = '' AND name = ?1 AND epoch = ?4
                """).Bind(1, name).Bind(2, encoded).Bind(3, now).Bind(4, checkpoint.Epoch).Execute() == 1,
            encoded.Length);
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
