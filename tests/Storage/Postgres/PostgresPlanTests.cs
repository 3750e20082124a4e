using System.Text;
using Engine.Grains.Journal;
using Engine.Storage.Postgres;
using Engine.Storage.Postgres.Journal;
using Engine.Storage.Tests.Support;
using Npgsql;

namespace Engine.Storage.Tests.Postgres;

/// <summary>Every query has its index: on a journal of some size none of them reads the table through.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresPlanTests(SharedPostgres postgres) : IAsyncLifetime
{
    private const int Rows = 30_000;

    private PostgresFixture _store = null!;

    public async Task InitializeAsync()
    {
        _store = await postgres.OpenAsync();
        await using var connection = await _store.Storage.Database.Source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(
            $"""
            INSERT INTO journal (stream, version, lane, silo, epoch, transaction, sequence, payload)
            SELECT 'shop-' || n % 3 || '/conversation/' || n, 1, (n * 7919) % 64, 'silo-a', 1, (1::bigint << 48) + 3 + n / 100, n % 100, 'x'
            FROM generate_series(1, {Rows}) n;
            INSERT INTO keys (workspace, owner, wrapped) SELECT 'shop', 'customer/' || n, 'x' FROM generate_series(1, {Rows}) n;
            INSERT INTO reminders SELECT 'conversation/' || n, 'sla', n * 1000::bigint, n, 0, 'e' FROM generate_series(1, {Rows}) n;
            ANALYZE
            """,
            connection);
        await command.ExecuteNonQueryAsync();
    }

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task Journal_EveryRead_UsesAnIndex()
    {
        object[] place = [(1L << 48) + 250, 5];
        var one = new LaneSet(3, 8);
        var few = new LaneSet(5, 64);
        await AssertIndexedAsync(PostgresJournalSql.ReadForwards, "shop-1/conversation/1", 0L, 100);
        await AssertIndexedAsync(PostgresJournalSql.ReadBackwards, "shop-1/conversation/1", 9L, 100);
        await AssertIndexedAsync(PostgresJournalSql.Ends);
        foreach (var lanes in new[] { LaneSet.All, one, few, new LaneSet(1, 3) })
        {
            await AssertIndexedAsync(PostgresJournalSql.ReadPage(lanes, ofWorkspace: false), [.. place, 100, 1_000_000L]);
            await AssertIndexedAsync(PostgresJournalSql.ReadPage(lanes, ofWorkspace: true), [.. place, 100, 1_000_000L, "shop-1"]);
            await AssertIndexedAsync(PostgresJournalSql.ReadPlaces(lanes), [.. place, 100]);
            await AssertIndexedAsync(PostgresJournalSql.Count(lanes), [.. place, 100]);
        }
    }

    [Fact]
    public async Task State_EveryRead_UsesAnIndex()
    {
        await AssertIndexedAsync("SELECT wrapped FROM keys WHERE workspace = $1 AND owner = $2", "shop", "customer/1");
        await AssertIndexedAsync("SELECT workspace, owner FROM keys WHERE destroyed >= $1", 5L);
        await AssertIndexedAsync("SELECT * FROM reminders WHERE hash BETWEEN $1 AND $2 ORDER BY hash, grain, name", 1_000_000L, 2_000_000L);
        // What is overdue: nothing, normally, and everything after an outage.
        foreach (var before in new[] { 0L, 5L, Rows + 1L })
            await AssertIndexedAsync(PostgresReminderStore.ReadDue, 0L, before, "", "", 1_024L);
    }

    [Fact]
    public async Task Append_PlannedOnAnEmptyTable_StaysFastWhenItHasGrown()
    {
        // A new database, so the statement is prepared when there is nothing in it.
        await using var store = await postgres.OpenAsync(options => options.Writers = 1);
        var chain = store.Journal.OpenAppender(new StreamName("shop", "conversation", "c"), 0);
        Assert.True((await chain.AppendAsync(new byte[1])).IsCommitted);
        await using (var connection = await store.Storage.Database.Source.OpenConnectionAsync())
        {
            await using var fill = new NpgsqlCommand(
                """
                INSERT INTO journal (stream, version, lane, silo, epoch, transaction, sequence, payload)
                SELECT 'shop/conversation/f' || n, 1, 0, 's', 1, 1, n, 'x' FROM generate_series(1, 50000) n
                """,
                connection);
            await fill.ExecuteNonQueryAsync();
        }

        var before = await SeqScansAsync(store);
        // Each asks whether its predecessor is there.
        var outcomes = await Task.WhenAll(Enumerable.Range(1, 200).Select(n =>
            store.Journal.OpenAppender(new StreamName("shop", "conversation", $"f{n}"), 1).AppendAsync(new byte[1])));
        Assert.All(outcomes, outcome => Assert.True(outcome.IsCommitted));
        await store.Storage.Journal.DisposeAsync();
        Assert.Equal(before, await SeqScansAsync(store));
    }

    /// <summary>How often the journal was read through, as the server counts.</summary>
    private static async Task<long> SeqScansAsync(PostgresFixture store)
    {
        await using var connection = new NpgsqlConnection(store.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'journal'", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private async Task AssertIndexedAsync(string sql, params object[] parameters)
    {
        await using var connection = await _store.Storage.Database.Source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand("EXPLAIN " + sql, connection);
        foreach (var parameter in parameters) command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        var plan = new StringBuilder();
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync()) plan.AppendLine(row.GetString(0));
        foreach (var table in new[] { "journal", "keys", "reminders" })
            Assert.DoesNotContain($"Seq Scan on {table}", plan.ToString(), StringComparison.Ordinal);
    }
}
