using Engine.Grains.Journal;
using Engine.Storage.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Engine.Storage.Tests.Sqlite;

/// <summary>A full disk, a full queue, a reader in the way of an erasure.</summary>
public sealed class SqliteFailureTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    private readonly SqliteFixture _store = new(options => (options.QueuedWritesMax, options.QueuedBytesMax) = (10, 1_000));

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task Append_DiskFull_FailsTheBatchBreaksItsChainsAndTheWriterGoesOn()
    {
        var (first, second) = (Appender("a"), Appender("b"));
        Assert.True((await first.AppendAsync(new byte[10])).IsCommitted);
        await Writer.WriteAsync(session => session.Scalar("PRAGMA max_page_count = 1"));

        // All of one batch fail together, also the small one, and so does what was queued behind.
        using var hold = new Hold(Writer);
        var failing = new[] { first.AppendAsync(new byte[100_000]) };
        Task<AppendOutcome>[] behind = [second.AppendAsync(new byte[10]), second.AppendAsync(new byte[10])];
        hold.Release();
        foreach (var append in failing.Concat(behind))
            await Assert.ThrowsAsync<JournalUnavailableException>(() => append.WaitAsync(Deadline));

        await Writer.WriteAsync(session => session.Scalar("PRAGMA max_page_count = 1000000"));
        await Assert.ThrowsAsync<JournalUnavailableException>(() => first.AppendAsync(new byte[10]));
        await Assert.ThrowsAsync<JournalUnavailableException>(() => second.AppendAsync(new byte[10]));
        Assert.Single(await _store.Journal.ReadStreamAsync(Stream("a"), 0, 10));
        Assert.Empty(await _store.Journal.ReadStreamAsync(Stream("b"), 0, 10));

        Assert.True((await _store.Journal.OpenAppender(Stream("a"), 1).AppendAsync(new byte[10])).IsCommitted);
        Assert.True((await Appender("b").AppendAsync(new byte[10])).IsCommitted);
        Assert.Equal([1L, 2L], (await _store.Journal.ReadStreamAsync(Stream("a"), 0, 10)).Select(r => r.Version));
    }

    [Fact]
    public async Task Append_QueueFull_IsRefusedAtOnceAndWhatWaitedCommits()
    {
        using var hold = new Hold(Writer);
        var waiting = Appender("a");
        var queued = Enumerable.Range(0, 10).Select(_ => waiting.AppendAsync(new byte[1])).ToArray();
        var refused = await Assert.ThrowsAsync<JournalUnavailableException>(() => Appender("b").AppendAsync(new byte[1]));
        Assert.Contains("QueuedWritesMax", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<JournalUnavailableException>(() => waiting.AppendAsync(new byte[1]));
        Assert.Equal(10, waiting.Version);
        hold.Release();
        Assert.All(await Task.WhenAll(queued).WaitAsync(Deadline), o => Assert.True(o.IsCommitted));
        // The refused append broke its chain: a later one must not slip in behind the gap in the caller's mind.
        await Assert.ThrowsAsync<JournalUnavailableException>(() => waiting.AppendAsync(new byte[1]));
        Assert.True((await Appender("b").AppendAsync(new byte[1])).IsCommitted);
        Assert.Equal(10, (await _store.Journal.ReadStreamAsync(Stream("a"), 0, 100)).Count);
    }

    [Fact]
    public async Task Append_QueuedBytesFull_IsRefusedButOneLargeWriteAlwaysPasses()
    {
        Assert.True((await Appender("large").AppendAsync(new byte[5_000])).IsCommitted);
        using var hold = new Hold(Writer);
        var queued = Appender("a").AppendAsync(new byte[900]);
        var refused = await Assert.ThrowsAsync<JournalUnavailableException>(() => Appender("b").AppendAsync(new byte[200]));
        Assert.Contains("QueuedBytesMax", refused.Message, StringComparison.Ordinal);
        hold.Release();
        Assert.True((await queued.WaitAsync(Deadline)).IsCommitted);
    }

    [Fact]
    public async Task Close_WithWritesWaiting_CommitsThem()
    {
        var hold = new Hold(Writer);
        var queued = Enumerable.Range(0, 5).Select(i => Appender($"c-{i}").AppendAsync(new byte[1])).ToArray();
        var closing = Task.Run(_store.ReopenAsync);
        hold.Release();
        await closing.WaitAsync(Deadline);
        hold.Dispose();
        Assert.All(await Task.WhenAll(queued), o => Assert.True(o.IsCommitted));
        Assert.Equal(5, (await _store.Journal.ReadAsync(JournalPosition.Start, 100)).Rows.Count);
    }

    [Fact]
    public async Task Destroy_WhileAReaderHoldsTheLog_IsNotConfirmedUntilTheBytesAreGone()
    {
        var key = System.Security.Cryptography.RandomNumberGenerator.GetBytes(48);
        await _store.Keys.CreateAsync("shop", "customer/1", key);
        using (var reader = new SqliteConnection($"Data Source={Path.Combine(_store.Folder, "state.db")};Pooling=False"))
        {
            reader.Open();
            using var snapshot = reader.BeginTransaction(deferred: true);
            using var command = reader.CreateCommand();
            command.CommandText = "SELECT count(*) FROM keys";
            Assert.Equal(1L, command.ExecuteScalar());
            await Assert.ThrowsAsync<JournalUnavailableException>(() => _store.Keys.DestroyAsync("shop", "customer/1"));
            Assert.Null(await _store.Keys.ReadAsync("shop", "customer/1"));
        }

        await _store.Keys.DestroyAsync("shop", "customer/1");
        Assert.Equal(0, _store.CountHeld([key]));
    }

    private Storage.Sqlite.Writing.SqliteWriter Writer => _store.Storage.Journal.File.Writer;

    private static StreamName Stream(string id) => new("shop", "conversation", id);

    private IStreamAppender Appender(string id) => _store.Journal.OpenAppender(Stream(id), 0);

    /// <summary>Keeps the writer busy until released.</summary>
    private sealed class Hold : IDisposable
    {
        private readonly ManualResetEventSlim _gate = new();

        public Hold(Storage.Sqlite.Writing.SqliteWriter writer)
        {
            using var busy = new ManualResetEventSlim();
            var entered = busy;
            _ = writer.WriteAsync(_ =>
            {
                entered.Set();
                return _gate.Wait(Deadline);
            });
            Assert.True(busy.Wait(Deadline));
        }

        public void Release() => _gate.Set();

        public void Dispose() => Release();
    }
}
