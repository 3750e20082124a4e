using System.Text;
using Engine.Grains.Journal;
using Engine.Storage.Postgres;
using Engine.Storage.Tests.Support;
using Npgsql;

namespace Engine.Storage.Tests.Postgres;

/// <summary>What several silos on one database must keep, beyond the contract.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresJournalTests(SharedPostgres postgres) : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    private PostgresFixture _store = null!;
    private PostgresStorage _other = null!;

    private PostgresStorage Mine => _store.Storage;

    public async Task InitializeAsync()
    {
        _store = await postgres.OpenAsync(options =>
            // A statement that a test holds up must not be given up meanwhile.
            (options.Writers, options.QueuedWritesMax, options.QueuedBytesMax, options.CommandTimeout) = (1, 200, 10_000, Deadline));
        _other = _store.New("silo-b");
    }

    public async Task DisposeAsync()
    {
        await _other.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task Append_ChainWhoseFirstMeetsAnotherSilosUncommittedRow_EntersNotAtAllWhenThatCommits()
    {
        var stream = Stream("c");
        await using var foreign = await OpenTransaction.BeginAppendingAsync(_store.ConnectionString, stream, 1);
        // One statement, which now waits for the other's row: its own picture of the table has no version 1.
        var (appends, bystander) = await SendTogetherAsync(stream);
        await foreign.CommitAsync();
        Assert.All(await Task.WhenAll(appends).WaitAsync(Deadline), outcome => Assert.False(outcome.IsCommitted));
        Assert.True((await bystander.WaitAsync(Deadline)).IsCommitted);
        Assert.Equal(["other"], await TextsAsync(stream));
    }

    [Fact]
    public async Task Append_ChainWhoseFirstMeetsAnotherSilosUncommittedRow_EntersWholeWhenThatIsUndone()
    {
        var stream = Stream("c");
        await using var foreign = await OpenTransaction.BeginAppendingAsync(_store.ConnectionString, stream, 1);
        var (appends, bystander) = await SendTogetherAsync(stream);
        await foreign.RollBackAsync();
        Assert.All(await Task.WhenAll(appends).WaitAsync(Deadline), outcome => Assert.True(outcome.IsCommitted));
        Assert.True((await bystander.WaitAsync(Deadline)).IsCommitted);
        Assert.Equal(Enumerable.Range(1, 20).Select(i => $"silo-a {i}"), await TextsAsync(stream));
    }

    [Fact]
    public async Task Append_TwoSilosOnTheSameStreams_NeverInterleavesWithinAChainAndLosesNothing()
    {
        const int Streams = 12;
        var seed = Environment.TickCount;
        var acknowledged = new List<(string Stream, long Version, string Text)>[2];
        await Task.WhenAll(new[] { Mine, _other }.Select((storage, silo) => Task.Run(async () =>
        {
            var random = new Random(seed + silo);
            var mine = acknowledged[silo] = [];
            for (var round = 0; round < 60; round++)
            {
                var id = $"shared-{random.Next(Streams)}";
                var version = await storage.Journal.ReadStreamBackwardsAsync(Stream(id), long.MaxValue, 1) is [var last] ? last.Version : 0;
                var chain = storage.Journal.OpenAppender(Stream(id), version);
                var texts = Enumerable.Range(0, random.Next(1, 12)).Select(i => $"{silo}.{round}.{i}").ToArray();
                var outcomes = await Task.WhenAll(texts.Select(text => chain.AppendAsync(Bytes(text))).ToArray());
                var admitted = outcomes.TakeWhile(o => o.IsCommitted).Count();
                Assert.All(outcomes.Skip(admitted), o => Assert.False(o.IsCommitted));
                mine.AddRange(texts.Take(admitted).Select((text, i) => (id, version + 1 + i, text)));
            }
        })));

        Assert.NotEmpty(acknowledged[0]);
        Assert.NotEmpty(acknowledged[1]);
        var stored = new List<(string, long, string)>();
        for (var s = 0; s < Streams; s++)
        {
            var rows = await Mine.Journal.ReadStreamAsync(Stream($"shared-{s}"), 0, 4_096);
            Assert.Equal(Enumerable.Range(1, rows.Count).Select(i => (long)i), rows.Select(r => r.Version));
            Assert.Equal(rows.OrderBy(r => r.Position).Select(r => r.Version), rows.Select(r => r.Version));
            stored.AddRange(rows.Select(r => (r.Stream.Id, r.Version, Text(r))));
        }

        Assert.True(
            acknowledged[0].Concat(acknowledged[1]).ToHashSet().SetEquals(stored), $"What is stored is not what was acknowledged (seed {seed}).");
    }

    [Fact]
    public async Task Read_WhileAnEarlierTransactionIsOpen_StopsBeforeItAndSkipsNothing()
    {
        await AppendAsync(Mine, "before");
        var before = (await ReadAllAsync(JournalPosition.Start)).Next;
        await using var late = await OpenTransaction.BeginAppendingAsync(_store.ConnectionString, Stream("late"), 1);
        await AppendAsync(Mine, "after-1");
        await AppendAsync(_other, "after-2");

        var held = await ReadAllAsync(before);
        Assert.Empty(held.Ids);
        Assert.Equal(before, await Mine.Journal.ReadEndAsync());
        Assert.Empty((await Mine.Journal.ReadAsync(before, 100, workspace: "shop")).Rows);
        var waiting = Mine.Journal.WaitAsync(held.Next);
        await late.CommitAsync();
        await waiting.WaitAsync(Deadline);
        Assert.Equal(["late", "after-1", "after-2"], (await ReadAllAsync(held.Next)).Ids);
        // Streams themselves are read without a horizon.
        Assert.Single(await Mine.Journal.ReadStreamAsync(Stream("late"), 0, 10));
    }

    [Fact]
    public async Task Read_WhileSomeoneElsesTransactionIsOpenInAnotherDatabase_WaitsAndThenSeesAll()
    {
        await using var foreign = await OpenTransaction.BeginWritingAsync(await postgres.Server.CreateDatabaseAsync());
        for (var i = 0; i < 5; i++) await AppendAsync(Mine, $"c-{i}");
        var held = await ReadAllAsync(JournalPosition.Start);
        Assert.Empty(held.Ids);
        var waiting = _other.Journal.WaitAsync(held.Next);
        await foreign.CommitAsync();
        await waiting.WaitAsync(Deadline);
        Assert.Equal(5, (await ReadAllAsync(held.Next)).Ids.Count);
    }

    [Fact]
    public async Task Read_WhileManyWritersCommitOutOfOrder_SeesEveryRowOnceInOrder()
    {
        var writing = Task.WhenAll(new[] { Mine, _other }.SelectMany(storage => Enumerable.Range(0, 6).Select(s => Task.Run(async () =>
        {
            var chain = storage.Journal.OpenAppender(Stream($"{(storage == Mine ? "a" : "b")}-{s}"), 0);
            for (var i = 0; i < 100; i++) Assert.True((await chain.AppendAsync(Bytes("x"))).IsCommitted);
        }))));
        // Foreign transactions of all lengths make the order of commits another than the order of beginnings.
        var disturbing = Task.Run(async () =>
        {
            for (var i = 0; !writing.IsCompleted; i++)
            {
                await using var late = await OpenTransaction.BeginAppendingAsync(_store.ConnectionString, Stream($"late-{i}"), 1);
                await AppendAsync(_other, $"behind-{i}");
                await late.CommitAsync();
            }

            return true;
        });

        var (seen, position) = (new List<JournalRow>(), JournalPosition.Start);
        while (true)
        {
            var done = disturbing.IsCompleted;
            var page = await Mine.Journal.ReadAsync(position, 50);
            seen.AddRange(page.Rows);
            position = page.Next;
            if (done && page.IsEnd) break;
        }

        await writing;
        Assert.True(await disturbing);
        Assert.Equal(await CountRowsAsync(), seen.Count);
        Assert.Equal(seen.Count, seen.Select(r => (r.Stream, r.Version)).Distinct().Count());
        Assert.Equal(
            seen.Select(r => (r.Position.Transaction, r.Position.Sequence)).Order(),
            seen.Select(r => (r.Position.Transaction, r.Position.Sequence)));
        Assert.All(seen.GroupBy(r => r.Stream), rows => Assert.Equal(rows.Select(r => r.Version).Order(), rows.Select(r => r.Version)));
    }

    [Fact]
    public async Task Wait_ForAnotherSilosCommit_CompletesByItself()
    {
        await AppendAsync(Mine, "a");
        var end = await _other.Journal.ReadEndAsync();
        var waiting = _other.Journal.WaitAsync(end);
        Assert.False(waiting.IsCompleted);
        await AppendAsync(Mine, "b");
        await waiting.WaitAsync(Deadline);
    }

    [Fact]
    public async Task Append_TwoStartsUnderOneName_HaveEpochsOfTheirOwn()
    {
        await using var twin = _store.New("silo-a");
        await AppendAsync(Mine, "a");
        await AppendAsync(twin, "b");
        Assert.Equal([1L, 2L], (await ReadRowsAsync()).Select(r => r.Epoch));
    }

    [Fact]
    public void OpenAppender_NameTheServerWouldRefuse_IsRefusedBeforeItCanHarmOthers()
    {
        Assert.ThrowsAny<ArgumentException>(() => Mine.Journal.OpenAppender(Stream("a\0b"), 0));
        Assert.ThrowsAny<ArgumentException>(() => Mine.Journal.OpenAppender(Stream("a\ud800b"), 0));
        Assert.ThrowsAny<ArgumentException>(() => Mine.Journal.OpenAppender(Stream(new string('x', 700)), 0));
    }

    [Fact]
    public async Task Append_LongestName_FitsTheIndex()
    {
        // Three bytes each, and nothing that could be compressed.
        var random = new Random(5);
        var id = string.Concat(Enumerable.Range(0, 580).Select(_ => (char)random.Next(0x4E00, 0x9FFF)));
        Assert.True((await Mine.Journal.OpenAppender(Stream(id), 0).AppendAsync(Bytes("x"))).IsCommitted);
        Assert.Single(await Mine.Journal.ReadStreamAsync(Stream(id), 0, 1));
    }

    [Fact]
    public async Task Append_QueueFull_IsRefusedAtOnceAndWhatWaitedCommits()
    {
        await AppendAsync(Mine, "first");
        await using var foreign = await OpenTransaction.BeginAppendingAsync(_store.ConnectionString, Stream("c"), 1);
        var blocked = Mine.Journal.OpenAppender(Stream("c"), 0).AppendAsync(Bytes("x"));
        await WaitUntilBlockedAsync();
        var waiting = Mine.Journal.OpenAppender(Stream("a"), 0);
        var queued = Enumerable.Range(0, 200).Select(_ => waiting.AppendAsync(Bytes("x"))).ToArray();
        var refused = await Assert.ThrowsAsync<JournalUnavailableException>(() => Mine.Journal.OpenAppender(Stream("b"), 0).AppendAsync(Bytes("x")));
        Assert.Contains("QueuedWritesMax", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<JournalUnavailableException>(() => waiting.AppendAsync(Bytes("x")));
        await foreign.RollBackAsync();
        Assert.True((await blocked.WaitAsync(Deadline)).IsCommitted);
        Assert.All(await Task.WhenAll(queued).WaitAsync(Deadline), outcome => Assert.True(outcome.IsCommitted));
        await Assert.ThrowsAsync<JournalUnavailableException>(() => waiting.AppendAsync(Bytes("x")));
        await AppendAsync(Mine, "b");
    }

    [Fact]
    public async Task Append_QueuedBytesFull_IsRefusedButOneLargeAppendAlwaysPasses()
    {
        Assert.True((await Mine.Journal.OpenAppender(Stream("large"), 0).AppendAsync(new byte[50_000])).IsCommitted);
        await using var foreign = await OpenTransaction.BeginAppendingAsync(_store.ConnectionString, Stream("c"), 1);
        var blocked = Mine.Journal.OpenAppender(Stream("c"), 0).AppendAsync(Bytes("x"));
        await WaitUntilBlockedAsync();
        var queued = Mine.Journal.OpenAppender(Stream("a"), 0).AppendAsync(new byte[9_000]);
        var refused = await Assert.ThrowsAsync<JournalUnavailableException>(
            () => Mine.Journal.OpenAppender(Stream("b"), 0).AppendAsync(new byte[2_000]));
        Assert.Contains("QueuedBytesMax", refused.Message, StringComparison.Ordinal);
        await foreign.RollBackAsync();
        Assert.True((await queued.WaitAsync(Deadline)).IsCommitted);
        Assert.True((await blocked).IsCommitted);
    }

    [Theory]
    [InlineData("off", "on")]
    [InlineData("local", "on")]
    [InlineData("remote_apply", "remote_apply")]
    public async Task Session_WhateverTheDatabasesDefault_CommitsDurably(string configured, string used)
    {
        var database = await postgres.Server.CreateDatabaseAsync();
        var name = new NpgsqlConnectionStringBuilder(database).Database;
        await ExecuteAsync(database, $"ALTER DATABASE \"{name}\" SET synchronous_commit = {configured}");
        await using var store = await PostgresFixture.OpenAsync(database);
        foreach (var source in new[] { store.Storage.Database.Source, store.Storage.Database.WriterSource })
        {
            // The second is the same one, back from the pool.
            for (var i = 0; i < 2; i++)
            {
                await using var connection = await source.OpenConnectionAsync();
                await using var command = new NpgsqlCommand("SHOW synchronous_commit", connection);
                Assert.Equal(used, await command.ExecuteScalarAsync());
            }
        }
    }

    private static StreamName Stream(string id) => new("shop", "conversation", id);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(JournalRow row) => Encoding.UTF8.GetString(row.Payload.Span);

    private static async Task AppendAsync(PostgresStorage storage, string id) =>
        Assert.True((await storage.Journal.OpenAppender(Stream(id), 0).AppendAsync(Bytes(id)).WaitAsync(Deadline)).IsCommitted);

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>
    /// Sends a chain of twenty and someone else's append in one batch, they queue while the writer is held up by another, and
    /// returns when that batch waits for a lock.
    /// </summary>
    private async Task<(Task<AppendOutcome>[] Chain, Task<AppendOutcome> Bystander)> SendTogetherAsync(StreamName stream)
    {
        await using var hold = await OpenTransaction.BeginAppendingAsync(_store.ConnectionString, Stream("hold"), 1);
        var held = Mine.Journal.OpenAppender(Stream("hold"), 0).AppendAsync(Bytes("x"));
        await WaitUntilBlockedAsync();
        var chain = Mine.Journal.OpenAppender(stream, 0);
        var appends = Enumerable.Range(1, 20).Select(i => chain.AppendAsync(Bytes($"silo-a {i}"))).ToArray();
        var bystander = Mine.Journal.OpenAppender(Stream("bystander"), 0).AppendAsync(Bytes("x"));
        await hold.RollBackAsync();
        Assert.True((await held.WaitAsync(Deadline)).IsCommitted);
        await WaitUntilBlockedAsync();
        return (appends, bystander);
    }

    private async Task WaitUntilBlockedAsync()
    {
        await using var connection = new NpgsqlConnection(postgres.Server.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%INSERT INTO journal%'", connection);
        using var deadline = new CancellationTokenSource(Deadline);
        while ((long)(await command.ExecuteScalarAsync(deadline.Token))! == 0) await Task.Yield();
    }

    private async Task<long> CountRowsAsync()
    {
        await using var connection = new NpgsqlConnection(_store.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT count(*) FROM journal", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private async Task<IEnumerable<string>> TextsAsync(StreamName stream) =>
        (await Mine.Journal.ReadStreamAsync(stream, 0, 4_096)).Select(Text);

    private async Task<IReadOnlyList<JournalRow>> ReadRowsAsync() => (await Mine.Journal.ReadAsync(JournalPosition.Start, 4_096)).Rows;

    private async Task<(List<string> Ids, JournalPosition Next)> ReadAllAsync(JournalPosition after)
    {
        var page = await Mine.Journal.ReadAsync(after, 4_096);
        Assert.True(page.IsEnd);
        return ([.. page.Rows.Select(r => r.Stream.Id)], page.Next);
    }
}
