using System.Text;
using Engine.Grains.Journal;
using Engine.Storage.Tests.Support;
using Engine.Testing.Postgres;
using Npgsql;

namespace Engine.Storage.Tests.Postgres;

/// <summary>Backup while it is written, restore onto a new server, go on.</summary>
public sealed class PostgresRestoreTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    private readonly string _folder = Directory.CreateTempSubdirectory("engine-backup-").FullName;
    private PostgresServer _old = null!;
    private PostgresServer _new = null!;

    public async Task InitializeAsync()
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_folder, (UnixFileMode)0b111_111_111);
        _old = await PostgresServer.StartAsync(new PostgresServerOptions { Settings = ["autovacuum=off"] });
        _new = await PostgresServer.StartAsync(new PostgresServerOptions { Settings = ["autovacuum=off"] });
    }

    public async Task DisposeAsync()
    {
        await _old.DisposeAsync();
        await _new.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Backup_taken_while_writing_restored_onto_a_new_server_goes_on_with_the_outbox_intact()
    {
        await using var old = await PostgresFixture.OpenAsync(await _old.CreateDatabaseAsync("engine"));
        // The old server's ids stand far above a new one's.
        await BurnTransactionsAsync(old.ConnectionString, 5_000);

        // A consumer that keeps its checkpoint, and a client that holds a position, follow while actors write.
        using var stop = new CancellationTokenSource();
        var handled = new HashSet<(string, long)>();
        var client = JournalPosition.Start;
        var writing = Enumerable.Range(0, 8).Select(s => Task.Run(() => WriteAsync(old.Journal, $"c-{s}", 0, stop.Token))).ToArray();
        var consuming = Task.Run(async () =>
        {
            var owner = await old.Consumers.TakeAsync("outbox", LaneSet.All);
            while (!stop.IsCancellationRequested)
            {
                var page = await old.Journal.ReadAsync(owner.Position, 100);
                lock (handled) handled.UnionWith(page.Rows.Select(r => (r.Stream.Id, r.Version)));
                owner = owner with { Position = page.Next };
                Assert.True(await old.Consumers.MoveAsync("outbox", owner));
                client = page.Next;
            }
        });
        await WaitUntilAsync(() =>
        {
            lock (handled) return handled.Count > 2_000;
        });

        var file = Path.Combine(_folder, "engine.dump");
        await _old.RunToolAsync("pg_dump", ["-Fc", "-f", file, "engine"]);
        // What comes after the backup is lost with the old server, though clients have seen it.
        var afterBackup = handled.Count + 500;
        await WaitUntilAsync(() =>
        {
            lock (handled) return handled.Count > afterBackup;
        });
        await stop.CancelAsync();
        await Task.WhenAll(writing).WaitAsync(Deadline);
        await consuming.WaitAsync(Deadline);
        await old.DisposeAsync();
        await _old.StopAsync();

        await _new.CreateDatabaseAsync("engine");
        await _new.RunToolAsync("pg_restore", ["-d", "engine", "--exit-on-error", file]);
        await using var restored = await PostgresFixture.OpenAsync(_new.ConnectionStringOf("engine"));

        // The outbox: the stored checkpoint has every row before it, none after it was lost from the backup's picture.
        var owner = await restored.Consumers.TakeAsync("outbox", LaneSet.All);
        var before = await ReadAllAsync(restored.Journal, JournalPosition.Start);
        Assert.All(before.Where(r => owner.Position.Covers(r.Position)), r => Assert.Contains((r.Stream.Id, r.Version), handled));
        var rest = await ReadAllAsync(restored.Journal, owner.Position);
        Assert.Equal(before.Where(r => !owner.Position.Covers(r.Position)).Select(Name), rest.Select(Name));

        // Go on where the backup ends: versions, fences, places.
        var versions = before.GroupBy(r => r.Stream.Id).ToDictionary(g => g.Key, g => g.Max(r => r.Version));
        var written = new List<(string, long)>();
        foreach (var (id, version) in versions)
        {
            Assert.False((await restored.Journal.OpenAppender(Stream(id), version + 1).AppendAsync("gap"u8.ToArray())).IsCommitted);
            var chain = restored.Journal.OpenAppender(Stream(id), version);
            for (var i = 1; i <= 5; i++)
            {
                Assert.True((await chain.AppendAsync(Encoding.UTF8.GetBytes($"new {i}"))).IsCommitted);
                written.Add((id, version + i));
            }
        }

        // Nobody misses any of it: not the consumer, not a client whose position is from the part that was lost.
        Assert.Equal(written.Order(), (await ReadAllAsync(restored.Journal, client)).Select(Name).Order());
        Assert.Equal(rest.Select(Name).Concat(written).Order(), (await ReadAllAsync(restored.Journal, owner.Position)).Select(Name).Order());
        var positions = (await ReadAllAsync(restored.Journal, JournalPosition.Start)).Select(r => r.Position.Transaction).ToArray();
        Assert.Equal(positions.Order(), positions);
        using var deadline = new CancellationTokenSource(Deadline);
        await restored.Journal.WaitAsync(client, null, deadline.Token);
        Assert.Equal(written.Count, await restored.Journal.CountAsync(client, 10_000));
    }

    [Fact]
    public async Task Server_that_took_over_from_its_primary_begins_an_incarnation_of_its_own()
    {
        // A recovered copy has its original's identifier; only its timeline tells them apart.
        await using var old = await PostgresFixture.OpenAsync(await _old.CreateDatabaseAsync("engine"));
        Assert.True((await old.Journal.OpenAppender(Stream("a"), 0).AppendAsync("1"u8.ToArray())).IsCommitted);
        var before = (await ReadAllAsync(old.Journal, JournalPosition.Start)).Single().Position.Transaction;
        await ExecuteAsync(old.ConnectionString, "UPDATE incarnation SET timeline = timeline + 1");
        await old.ReopenAsync();
        Assert.True((await old.Journal.OpenAppender(Stream("a"), 1).AppendAsync("2"u8.ToArray())).IsCommitted);
        var rows = await ReadAllAsync(old.Journal, JournalPosition.At(before + 1_000_000, 0));
        Assert.Equal(2, Assert.Single(rows).Version);
    }

    [Fact]
    public async Task Reopening_on_the_same_server_stays_in_the_same_incarnation()
    {
        await using var store = await PostgresFixture.OpenAsync(await _old.CreateDatabaseAsync("engine"));
        Assert.True((await store.Journal.OpenAppender(Stream("a"), 0).AppendAsync("1"u8.ToArray())).IsCommitted);
        await store.ReopenAsync();
        await _old.StopImmediatelyAsync();
        await _old.StartAgainAsync();
        await store.ReopenAsync();
        Assert.True((await store.Journal.OpenAppender(Stream("a"), 1).AppendAsync("2"u8.ToArray())).IsCommitted);
        var rows = await ReadAllAsync(store.Journal, JournalPosition.Start);
        Assert.Equal(rows[0].Position.Transaction >> 48, rows[1].Position.Transaction >> 48);
    }

    [Fact]
    public async Task Incarnation_beginning_while_an_append_is_under_way_waits_for_it()
    {
        await using var store = await PostgresFixture.OpenAsync(await _old.CreateDatabaseAsync("engine"));
        await ExecuteAsync(store.ConnectionString, "UPDATE incarnation SET timeline = timeline + 1");
        await using var append = await OpenTransaction.BeginAppendingAsync(store.ConnectionString, Stream("a"), 1);
        await using var other = store.New("silo-b");
        var opening = other.OpenAsync();
        await WaitUntilAsync(async () =>
            (await _old.RunToolAsync("psql", ["-Atc", "SELECT count(*) FROM pg_locks WHERE NOT granted", "engine"])).Trim() != "0");
        Assert.False(opening.IsCompleted);
        Assert.Empty((await store.Journal.ReadAsync(JournalPosition.Start, 10)).Rows);
        await append.CommitAsync();
        await opening.WaitAsync(Deadline);
        Assert.Single((await store.Journal.ReadAsync(JournalPosition.Start, 10)).Rows);
    }

    private static StreamName Stream(string id) => new("shop", "conversation", id);

    private static (string, long) Name(JournalRow row) => (row.Stream.Id, row.Version);

    private static async Task WriteAsync(IJournal journal, string id, long version, CancellationToken stop)
    {
        var chain = journal.OpenAppender(Stream(id), version);
        while (!stop.IsCancellationRequested)
            Assert.True((await chain.AppendAsync(Encoding.UTF8.GetBytes($"{id} {chain.Version}"))).IsCommitted);
    }

    private static async Task<List<JournalRow>> ReadAllAsync(IJournal journal, JournalPosition after)
    {
        var rows = new List<JournalRow>();
        for (var isEnd = false; !isEnd;)
        {
            var page = await journal.ReadAsync(after, 1_000);
            rows.AddRange(page.Rows);
            (after, isEnd) = (page.Next, page.IsEnd);
        }

        return rows;
    }

    private static async Task BurnTransactionsAsync(string connectionString, int count)
    {
        await ExecuteAsync(
            connectionString,
            $"DO $$ BEGIN FOR i IN 1..{count} LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$");
    }

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static Task WaitUntilAsync(Func<bool> condition) => WaitUntilAsync(() => Task.FromResult(condition()));

    private static async Task WaitUntilAsync(Func<Task<bool>> condition)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await condition()) await tick.WaitForNextTickAsync(deadline.Token);
    }
}
