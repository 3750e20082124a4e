using System.Text;
using Engine.Grains.Journal;

namespace Engine.Storage.Tests.Contracts;

/// <summary>Appending: the fence, the chain, the group.</summary>
public abstract class JournalContract : StoreContract
{
    private IJournal Journal => Store.Journal;

    [Fact]
    public async Task Append_FirstOfStream_IsVersionOneAndReadableAsWritten()
    {
        var stream = new StreamName("shop", "conversation", "c-1");
        var appender = Journal.OpenAppender(stream, 0);
        var outcome = await appender.AppendAsync(Bytes("hello"));
        Assert.True(outcome.IsCommitted);
        Assert.Equal(1, appender.Version);
        Assert.Equal(stream.Lane, outcome.Position.Lane);

        var row = Assert.Single(await Journal.ReadStreamAsync(stream, 0, 10));
        Assert.Equal(stream, row.Stream);
        Assert.Equal(1, row.Version);
        Assert.Equal(outcome.Position, row.Position);
        Assert.Equal("silo-a", row.Silo);
        Assert.Equal(1, row.Epoch);
        Assert.Equal("hello", Text(row));
    }

    [Fact]
    public async Task Append_EmptyPayloadAndUnusualName_RoundTrip()
    {
        var stream = new StreamName("Läden", "kind:#", new string('x', 400) + " ☃");
        Assert.True((await Journal.OpenAppender(stream, 0).AppendAsync(default)).IsCommitted);
        var row = Assert.Single(await Journal.ReadStreamAsync(stream, 0, 1));
        Assert.True(row.Payload.IsEmpty);
        Assert.Equal(stream, row.Stream);
        Assert.Equal(stream, Assert.Single((await Journal.ReadAsync(JournalPosition.Start, 10)).Rows).Stream);
    }

    [Fact]
    public async Task Append_TwoChainsOfOneStream_OneLosesTheFenceAndStaysLost()
    {
        var stream = Stream("fence");
        var first = Journal.OpenAppender(stream, 0);
        var second = Journal.OpenAppender(stream, 0);
        var outcomes = await Task.WhenAll(first.AppendAsync(Bytes("1")), second.AppendAsync(Bytes("2")));
        Assert.Single(outcomes, o => o.IsCommitted);

        var (winner, loser) = outcomes[0].IsCommitted ? (first, second) : (second, first);
        Assert.False((await loser.AppendAsync(Bytes("later"))).IsCommitted);
        Assert.True((await winner.AppendAsync(Bytes("next"))).IsCommitted);
        Assert.Equal([1L, 2L], (await Journal.ReadStreamAsync(stream, 0, 10)).Select(r => r.Version));
    }

    [Fact]
    public async Task Append_PipelinedBehindALostFence_NoneCommits()
    {
        var stream = Stream("pipeline");
        await AppendAll(stream, 0, "a", "b", "c");
        var stale = Journal.OpenAppender(stream, 1);
        // Its second append has a version that another chain could have left free: it must fail all the same.
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => stale.AppendAsync(Bytes($"stale {i}"))));
        Assert.All(outcomes, o => Assert.False(o.IsCommitted));
        Assert.Equal(["a", "b", "c"], (await Journal.ReadStreamAsync(stream, 0, 100)).Select(Text));
    }

    [Fact]
    public async Task Append_BehindAVersionThatIsNotThere_LosesTheFence()
    {
        var stream = Stream("gap");
        Assert.False((await Journal.OpenAppender(stream, 5).AppendAsync(Bytes("x"))).IsCommitted);
        await AppendAll(stream, 0, "a");
        Assert.False((await Journal.OpenAppender(stream, 2).AppendAsync(Bytes("x"))).IsCommitted);
        Assert.Equal(["a"], (await Journal.ReadStreamAsync(stream, 0, 100)).Select(Text));
    }

    [Fact]
    public async Task Append_ReopenedAfterALostFence_Continues()
    {
        var stream = Stream("again");
        await AppendAll(stream, 0, "a", "b");
        Assert.False((await Journal.OpenAppender(stream, 1).AppendAsync(Bytes("x"))).IsCommitted);
        Assert.True((await Journal.OpenAppender(stream, 2).AppendAsync(Bytes("c"))).IsCommitted);
        Assert.Equal(["a", "b", "c"], (await Journal.ReadStreamAsync(stream, 0, 100)).Select(Text));
    }

    [Fact]
    public async Task Append_ManyStreamsAtOnce_EveryOneInOrderNoneLost()
    {
        const int Streams = 40;
        const int Commits = 50;
        var tasks = Enumerable.Range(0, Streams).Select(async s =>
        {
            var appender = Journal.OpenAppender(Stream($"many-{s}"), 0);
            var pending = new List<Task<AppendOutcome>>();
            for (var i = 0; i < Commits; i++)
            {
                pending.Add(appender.AppendAsync(Bytes($"{s}:{i}")));
                if (i % 7 == 0) await pending[^1];
            }

            return await Task.WhenAll(pending);
        });
        var outcomes = await Task.WhenAll(tasks);
        Assert.All(outcomes.SelectMany(o => o), o => Assert.True(o.IsCommitted));

        var all = await ReadAll();
        Assert.Equal(Streams * Commits, all.Count);
        Assert.Equal(Streams * Commits, all.Select(r => r.Position).Distinct().Count());
        for (var s = 0; s < Streams; s++)
        {
            var rows = await Journal.ReadStreamAsync(Stream($"many-{s}"), 0, 4_096);
            Assert.Equal(Enumerable.Range(0, Commits).Select(i => $"{s}:{i}"), rows.Select(Text));
            Assert.Equal(Enumerable.Range(1, Commits).Select(i => (long)i), rows.Select(r => r.Version));
            Assert.Equal(outcomes[s].Select(o => o.Position), rows.Select(r => r.Position));
            Assert.Equal(rows.Select(r => r.Version), all.Where(r => r.Stream == Stream($"many-{s}")).Select(r => r.Version));
        }
    }

    [Fact]
    public async Task Append_ManyAtOnce_ShareTransactions()
    {
        const int Appends = 2_000;
        var before = Store.JournalTransactions;
        await Task.WhenAll(Enumerable.Range(0, Appends).Select(i => Journal.OpenAppender(Stream($"g-{i}"), 0).AppendAsync(Bytes("x"))));
        Assert.InRange(Store.JournalTransactions - before, 1, Appends / 10);
    }

    [Fact]
    public async Task Append_OverTheLimit_IsRefusedAndTheChainGoesOn()
    {
        var stream = Stream("big");
        var appender = Journal.OpenAppender(stream, 0);
        await Assert.ThrowsAnyAsync<ArgumentException>(() => appender.AppendAsync(new byte[StorageLimits.CommitBytesMax + 1]));
        Assert.Equal(0, appender.Version);
        var largest = Unique(StorageLimits.CommitBytesMax);
        Assert.True((await appender.AppendAsync(largest)).IsCommitted);
        Assert.Equal(largest, Assert.Single(await Journal.ReadStreamAsync(stream, 0, 1)).Payload.ToArray());
    }

    [Fact]
    public async Task Append_ThenReopen_EverythingIsThereAndTheEpochRises()
    {
        var stream = Stream("restart");
        await AppendAll(stream, 0, "a", "b");
        var end = await Journal.ReadEndAsync();
        await Store.ReopenAsync();
        Assert.Equal(end, await Journal.ReadEndAsync());
        Assert.Equal(["a", "b"], (await Journal.ReadStreamAsync(stream, 0, 10)).Select(Text));
        await AppendAll(stream, 2, "c");
        var rows = await Journal.ReadStreamAsync(stream, 0, 10);
        Assert.Equal([1L, 1L, 2L], rows.Select(r => r.Epoch));
        Assert.True(rows[2].Position.Sequence > rows[1].Position.Sequence || rows[2].Position.Transaction > rows[1].Position.Transaction);
    }

    [Fact]
    public async Task Append_AfterClose_IsUnavailable()
    {
        var appender = Journal.OpenAppender(Stream("closed"), 0);
        Assert.True((await appender.AppendAsync(Bytes("a"))).IsCommitted);
        await Store.ReopenAsync();
        await Assert.ThrowsAsync<JournalUnavailableException>(() => appender.AppendAsync(Bytes("b")));
        await Assert.ThrowsAsync<JournalUnavailableException>(() => appender.AppendAsync(Bytes("c")));
        Assert.Single(await Journal.ReadStreamAsync(Stream("closed"), 0, 10));
    }

    [Fact]
    public async Task ReadStream_BothDirections_RespectVersionAndLimit()
    {
        var stream = Stream("read");
        await AppendAll(stream, 0, [.. Enumerable.Range(1, 30).Select(i => $"{i}")]);
        Assert.Equal([11L, 12L, 13L], (await Journal.ReadStreamAsync(stream, 10, 3)).Select(r => r.Version));
        Assert.Equal([30L], (await Journal.ReadStreamAsync(stream, 29, 3)).Select(r => r.Version));
        Assert.Empty(await Journal.ReadStreamAsync(stream, 30, 3));
        Assert.Equal([9L, 8L, 7L], (await Journal.ReadStreamBackwardsAsync(stream, 10, 3)).Select(r => r.Version));
        Assert.Equal([30L, 29L], (await Journal.ReadStreamBackwardsAsync(stream, long.MaxValue, 2)).Select(r => r.Version));
        Assert.Empty(await Journal.ReadStreamBackwardsAsync(stream, 1, 3));
        Assert.Empty(await Journal.ReadStreamAsync(Stream("other"), 0, 3));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(4_097)]
    public async Task Read_LimitOutOfRange_IsRefused(int limit)
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Journal.ReadStreamAsync(Stream("x"), 0, limit));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Journal.ReadStreamBackwardsAsync(Stream("x"), 1, limit));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Journal.ReadAsync(JournalPosition.Start, limit));
    }

    private protected static StreamName Stream(string id) => new("shop", "conversation", id);

    private protected static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private protected static string Text(JournalRow row) => Encoding.UTF8.GetString(row.Payload.Span);

    private protected async Task AppendAll(StreamName stream, long version, params string[] payloads)
    {
        var appender = Journal.OpenAppender(stream, version);
        var outcomes = await Task.WhenAll(payloads.Select(p => appender.AppendAsync(Bytes(p))).ToArray());
        Assert.All(outcomes, o => Assert.True(o.IsCommitted));
    }

    private async Task<List<JournalRow>> ReadAll()
    {
        var all = new List<JournalRow>();
        for (var position = JournalPosition.Start; ;)
        {
            var page = await Journal.ReadAsync(position, 333);
            all.AddRange(page.Rows);
            if (page.IsEnd) return all;
            position = page.Next;
        }
    }
}
