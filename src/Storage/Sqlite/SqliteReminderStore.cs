using Engine.Storage.Reminders;
using Engine.Storage.Sqlite.Native;

namespace Engine.Storage.Sqlite;

/// <summary>Reminders in the state file.</summary>
internal sealed class SqliteReminderStore(SqliteFile file) : IReminderStore
{
    private const string Columns = "SELECT grain, name, hash, start_at, period, etag FROM reminders ";

    public Task<IReadOnlyList<StoredReminder>> ReadAsync(string grain) =>
        ReadAsync(session => session.Prepare(Columns + "WHERE grain = ?1 ORDER BY name").Bind(1, grain));

    public async Task<StoredReminder?> ReadAsync(string grain, string name)
    {
        var rows = await ReadAsync(session => session.Prepare(Columns + "WHERE grain = ?1 AND name = ?2").Bind(1, grain).Bind(2, name));
        return rows.Count == 0 ? null : rows[0];
    }

    public Task<IReadOnlyList<StoredReminder>> ReadRangeAsync(uint first, uint last) =>
        ReadAsync(session => session.Prepare(Columns + "WHERE hash BETWEEN ?1 AND ?2 ORDER BY hash, grain, name")
            .Bind(1, first).Bind(2, last));

    public Task<IReadOnlyList<StoredReminder>> ReadDueAsync(
        DateTimeOffset before, DateTimeOffset afterTime, string afterGrain, string afterName, int max, CancellationToken cancellationToken) => ReadAsync(
        session => session.Prepare(Columns + """
            WHERE start_at >= ?1 AND start_at < ?2 AND (start_at, grain, name) > (?1, ?3, ?4)
            ORDER BY start_at, grain, name LIMIT ?5
            """)
            .Bind(1, afterTime.UtcTicks).Bind(2, before.UtcTicks).Bind(3, afterGrain).Bind(4, afterName).Bind(5, max),
        cancellationToken);

    public Task<int> CountDueAsync(DateTimeOffset time, int max, CancellationToken cancellationToken) => file.Readers.ReadAsync(
        session =>
        {
            var row = session.Prepare("SELECT count(*) FROM (SELECT 1 FROM reminders WHERE start_at < ?1 LIMIT ?2)")
                .Bind(1, time.UtcTicks).Bind(2, max);
            return row.Step() ? (int)row.Int64(0) : 0;
        },
        cancellationToken);

    public Task WriteAsync(StoredReminder reminder) => file.Writer.WriteAsync(session => session.Prepare("""
        INSERT INTO reminders (grain, name, hash, start_at, period, etag) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT DO UPDATE SET hash = excluded.hash, start_at = excluded.start_at, period = excluded.period, etag = excluded.etag
        """)
        .Bind(1, reminder.Grain).Bind(2, reminder.Name).Bind(3, reminder.Hash)
        .Bind(4, reminder.StartAt.UtcTicks).Bind(5, reminder.Period.Ticks).Bind(6, reminder.Etag)
        .Execute());

    public Task<bool> DeleteAsync(string grain, string name, string etag) => file.Writer.WriteAsync(session =>
        session.Prepare("DELETE FROM reminders WHERE grain = ?1 AND name = ?2 AND etag = ?3")
            .Bind(1, grain).Bind(2, name).Bind(3, etag).Execute() == 1);

    public Task ClearAsync() => file.Writer.WriteAsync(session => session.Prepare("DELETE FROM reminders").Execute());

    private Task<IReadOnlyList<StoredReminder>> ReadAsync(
        Func<SqliteSession, SqliteStatement> query, CancellationToken cancellationToken = default) =>
        file.Readers.ReadAsync<IReadOnlyList<StoredReminder>>(
            session =>
            {
                var reminders = new List<StoredReminder>();
                var row = query(session);
                while (row.Step())
                {
                    reminders.Add(new StoredReminder(
                        row.Text(0), row.Text(1), (uint)row.Int64(2), row.Time(3), TimeSpan.FromTicks(row.Int64(4)), row.Text(5)));
                }

                return reminders;
            },
            cancellationToken);
}
