using Engine.Storage.Postgres.Connections;
using Engine.Storage.Reminders;
using Npgsql;

namespace Engine.Storage.Postgres;

/// <summary>Reminders in a table. Silos read ranges of the hash, and look for what is due; both have their index.</summary>
internal sealed class PostgresReminderStore(PostgresDatabase database) : IReminderStore
{
    private const string Columns = "SELECT grain, name, hash, start_at, period, etag FROM reminders ";

    public const string ReadDue = Columns + """
        WHERE start_at >= $1 AND start_at < $2 AND (start_at, grain, name) > ($1, $3, $4)
        ORDER BY start_at, grain, name LIMIT $5
        """;

    public Task<IReadOnlyList<StoredReminder>> ReadAsync(string grain) => ReadAsync(
        Columns + "WHERE grain = $1 ORDER BY name", () => [new NpgsqlParameter<string> { TypedValue = grain }]);

    public async Task<StoredReminder?> ReadAsync(string grain, string name)
    {
        var rows = await ReadAsync(
            Columns + "WHERE grain = $1 AND name = $2",
            () => [new NpgsqlParameter<string> { TypedValue = grain }, new NpgsqlParameter<string> { TypedValue = name }]);
        return rows.Count == 0 ? null : rows[0];
    }

    public Task<IReadOnlyList<StoredReminder>> ReadRangeAsync(uint first, uint last) => ReadAsync(
        Columns + "WHERE hash BETWEEN $1 AND $2 ORDER BY hash, grain, name",
        () => [new NpgsqlParameter<long> { TypedValue = first }, new NpgsqlParameter<long> { TypedValue = last }]);

    public Task<IReadOnlyList<StoredReminder>> ReadDueAsync(
        DateTimeOffset before, DateTimeOffset afterTime, string afterGrain, string afterName, int max, CancellationToken cancellationToken) => ReadAsync(
        ReadDue,
        () =>
        [
            new NpgsqlParameter<long> { TypedValue = afterTime.UtcTicks },
            new NpgsqlParameter<long> { TypedValue = before.UtcTicks },
            new NpgsqlParameter<string> { TypedValue = afterGrain },
            new NpgsqlParameter<string> { TypedValue = afterName },
            new NpgsqlParameter<long> { TypedValue = max },
        ],
        cancellationToken);

    public Task<int> CountDueAsync(DateTimeOffset time, int max, CancellationToken cancellationToken) => database.RunAsync(
        async (connection, cancellation) =>
        {
            await using var command = new NpgsqlCommand(
                "SELECT count(*) FROM (SELECT FROM reminders WHERE start_at < $1 LIMIT $2) due", connection);
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = time.UtcTicks });
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = max });
            return (int)(long)(await command.ExecuteScalarAsync(cancellation))!;
        },
        cancellationToken);

    public Task WriteAsync(StoredReminder reminder) => ExecuteAsync(
        """
        INSERT INTO reminders (grain, name, hash, start_at, period, etag) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (grain, name) DO UPDATE
        SET hash = excluded.hash, start_at = excluded.start_at, period = excluded.period, etag = excluded.etag
        """,
        () =>
        [
            new NpgsqlParameter<string> { TypedValue = reminder.Grain },
            new NpgsqlParameter<string> { TypedValue = reminder.Name },
            new NpgsqlParameter<long> { TypedValue = reminder.Hash },
            new NpgsqlParameter<long> { TypedValue = reminder.StartAt.UtcTicks },
            new NpgsqlParameter<long> { TypedValue = reminder.Period.Ticks },
            new NpgsqlParameter<string> { TypedValue = reminder.Etag },
        ]);

    public async Task<bool> DeleteAsync(string grain, string name, string etag) => await ExecuteAsync(
        "DELETE FROM reminders WHERE grain = $1 AND name = $2 AND etag = $3",
        () =>
        [
            new NpgsqlParameter<string> { TypedValue = grain },
            new NpgsqlParameter<string> { TypedValue = name },
            new NpgsqlParameter<string> { TypedValue = etag },
        ]) == 1;

    public Task ClearAsync() => ExecuteAsync("DELETE FROM reminders", static () => []);

    private Task<int> ExecuteAsync(string sql, Func<NpgsqlParameter[]> parameters) => database.RunAsync(
        async (connection, cancellation) =>
        {
            await using var command = new NpgsqlCommand(sql, connection);
            command.Parameters.AddRange(parameters());
            return await command.ExecuteNonQueryAsync(cancellation);
        },
        CancellationToken.None);

    private Task<IReadOnlyList<StoredReminder>> ReadAsync(
        string sql, Func<NpgsqlParameter[]> parameters, CancellationToken cancellationToken = default) =>
        database.RunAsync<IReadOnlyList<StoredReminder>>(
            async (connection, cancellation) =>
            {
                await using var command = new NpgsqlCommand(sql, connection);
                command.Parameters.AddRange(parameters());
                await using var row = await command.ExecuteReaderAsync(cancellation);
                var reminders = new List<StoredReminder>();
                while (await row.ReadAsync(cancellation))
                {
                    reminders.Add(new StoredReminder(
                        row.GetString(0), row.GetString(1), (uint)row.GetInt64(2), new DateTimeOffset(row.GetInt64(3), TimeSpan.Zero),
                        TimeSpan.FromTicks(row.GetInt64(4)), row.GetString(5)));
                }

                return reminders;
            },
            cancellationToken);
}
