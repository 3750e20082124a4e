using Engine.Grains.Journal;

namespace Engine.Storage.Tests.Contracts;

/// <summary>Reading as consumers do, waiting for more, snapshots.</summary>
public abstract class JournalReadingContract : StoreContract
{
    private IJournal Journal => Store.Journal;

    [Fact]
    public async Task Read_Empty_IsEndAtStart()
    {
        var page = await Journal.ReadAsync(JournalPosition.Start, 10);
        Assert.Empty(page.Rows);
        Assert.True(page.IsEnd);
        Assert.Equal(await Journal.ReadEndAsync(), page.Next);
    }

    [Fact]
    public async Task Read_FromTheReturnedPosition_SkipsNothingAndRepeatsNothing()
    {
        for (var i = 0; i < 25; i++) await Append("shop", $"c-{i}");
        var seen = new List<string>();
        var position = JournalPosition.Start;
        for (var pages = 0; ; pages++)
        {
            Assert.InRange(pages, 0, 20);
            var page = await Journal.ReadAsync(position, 4);
            Assert.InRange(page.Rows.Count, 0, 4);
            seen.AddRange(page.Rows.Select(r => r.Stream.Id));
            Assert.All(page.Rows, r => Assert.True(page.Next.Covers(r.Position)));
            position = page.Next;
            if (page.IsEnd) break;
        }

        Assert.Equal(25, seen.Distinct().Count());
        Assert.Equal(25, seen.Count);
        Assert.Equal(await Journal.ReadEndAsync(), position);
    }

    [Fact]
    public async Task Read_PositionOfSingleRows_ContinuesInEachLane()
    {
        for (var i = 0; i < 30; i++) await Append("shop", $"c-{i}");
        // A consumer that has done one lane only must get the rest, and only the rest.
        var all = (await Journal.ReadAsync(JournalPosition.Start, 100)).Rows;
        var lane = all[0].Position.Lane;
        var position = JournalPosition.Start;
        foreach (var row in all.Where(r => r.Position.Lane == lane)) position = position.With(row.Position);
        var rest = await Journal.ReadAsync(position, 100);
        Assert.Equal(all.Where(r => r.Position.Lane != lane).Select(r => r.Stream), rest.Rows.Select(r => r.Stream));
        Assert.True(rest.IsEnd);
        Assert.Empty((await Journal.ReadAsync(rest.Next, 100)).Rows);
    }

    [Fact]
    public async Task Read_OneWorkspace_AdvancesPastTheOthers()
    {
        for (var i = 0; i < 10; i++)
        {
            await Append("shop", $"c-{i}");
            await Append("shop-2", $"c-{i}");
        }

        var page = await Journal.ReadAsync(JournalPosition.Start, 100, workspace: "shop");
        Assert.Equal(10, page.Rows.Count);
        Assert.All(page.Rows, r => Assert.Equal("shop", r.Stream.Workspace));
        Assert.Equal(await Journal.ReadEndAsync(), page.Next);

        var foreign = await Journal.ReadAsync(JournalPosition.Start, 100, workspace: "nobody");
        Assert.Empty(foreign.Rows);
        Assert.True(foreign.IsEnd);
        Assert.Equal(await Journal.ReadEndAsync(), foreign.Next);

        var first = await Journal.ReadAsync(JournalPosition.Start, 3, workspace: "shop-2");
        var second = await Journal.ReadAsync(first.Next, 100, workspace: "shop-2");
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"c-{i}"), first.Rows.Concat(second.Rows).Select(r => r.Stream.Id));
    }

    [Fact]
    public async Task Read_LaneSets_AreTheWholeJournalOnceAndLeaveOtherLanesAlone()
    {
        for (var i = 0; i < 60; i++) await Append("shop", $"c-{i}");
        var seen = new List<JournalRow>();
        foreach (var lanes in Enumerable.Range(0, 8).Select(group => new LaneSet(group, 8)))
        {
            for (var position = JournalPosition.Start; ;)
            {
                var page = await Journal.ReadAsync(position, 3, lanes);
                Assert.All(page.Rows, r => Assert.True(lanes.Contains(r.Position.Lane)));
                Assert.All(page.Rows, r => Assert.True(page.Next.Covers(r.Position)));
                Assert.All(
                    Enumerable.Range(0, StreamName.LaneCount).Where(lane => !lanes.Contains(lane)),
                    lane => Assert.Equal(new LanePosition(lane, 0, 0), page.Next[lane]));
                seen.AddRange(page.Rows);
                position = page.Next;
                if (page.IsEnd) break;
            }
        }

        Assert.Equal(60, seen.Count);
        Assert.Equal(60, seen.Select(r => r.Stream).Distinct().Count());
    }

    [Fact]
    public async Task Count_AfterAPosition_CountsTheseLanesUpToTheMaximum()
    {
        for (var i = 0; i < 30; i++) await Append("shop", $"c-{i}");
        var rows = (await Journal.ReadAsync(JournalPosition.Start, 100)).Rows;
        var lanes = new LaneSet(rows[0].Position.Lane % 4, 4);
        var mine = rows.Where(r => lanes.Contains(r.Position.Lane)).ToArray();
        Assert.Equal(30, await Journal.CountAsync(JournalPosition.Start, 100));
        Assert.Equal(7, await Journal.CountAsync(JournalPosition.Start, 7));
        Assert.Equal(mine.Length, await Journal.CountAsync(JournalPosition.Start, 100, lanes));
        var after = (await Journal.ReadAsync(JournalPosition.Start, 2, lanes)).Next;
        Assert.Equal(mine.Length - Math.Min(2, mine.Length), await Journal.CountAsync(after, 100, lanes));
        Assert.Equal(0, await Journal.CountAsync(await Journal.ReadEndAsync(), 100));
    }

    [Fact]
    public async Task Wait_ForSomeLanes_IsNotWokenForeverByOthers()
    {
        await Append("shop", "a");
        var lane = new StreamName("shop", "conversation", "a").Lane;
        var others = new LaneSet((lane + 1) % StreamName.LaneCount, StreamName.LaneCount);
        await Store.ReopenAsync();
        using var deadline = new CancellationTokenSource(Deadline);
        await Journal.WaitAsync(JournalPosition.Start, new LaneSet(lane, StreamName.LaneCount), deadline.Token);
        var end = await Journal.ReadEndAsync();
        var waiting = Journal.WaitAsync(end, others, deadline.Token);
        await Append("shop", IdInLane(others.Group));
        await waiting;
        Assert.Single((await Journal.ReadAsync(end, 10, others)).Rows);
    }

    [Fact]
    public async Task Read_LargePayloads_EndsThePageEarlyAndLosesNothing()
    {
        for (var i = 0; i < 10; i++) await Append("shop", $"c-{i}", new byte[3 << 20]);
        var first = await Journal.ReadAsync(JournalPosition.Start, 100);
        Assert.InRange(first.Rows.Count, 1, 9);
        Assert.False(first.IsEnd);
        var seen = first.Rows.Count;
        for (var position = first.Next; seen < 10;)
        {
            var page = await Journal.ReadAsync(position, 100);
            Assert.NotEmpty(page.Rows);
            seen += page.Rows.Count;
            position = page.Next;
        }

        Assert.Equal(10, seen);
    }

    [Fact]
    public async Task Read_WhileOthersAppend_SeesEveryCommitOnceInLaneOrder()
    {
        const int Streams = 8;
        const int Commits = 200;
        var writing = Task.WhenAll(Enumerable.Range(0, Streams).Select(s => Task.Run(async () =>
        {
            var appender = Journal.OpenAppender(new StreamName("shop", "conversation", $"c-{s}"), 0);
            for (var i = 0; i < Commits; i++) Assert.True((await appender.AppendAsync(new byte[50])).IsCommitted);
        })));

        var versions = new Dictionary<string, long>();
        var position = JournalPosition.Start;
        using var deadline = new CancellationTokenSource(Deadline);
        for (var seen = 0; seen < Streams * Commits;)
        {
            await Journal.WaitAsync(position, null, deadline.Token);
            var page = await Journal.ReadAsync(position, 100, cancellationToken: deadline.Token);
            foreach (var row in page.Rows)
            {
                Assert.Equal(versions.GetValueOrDefault(row.Stream.Id) + 1, row.Version);
                versions[row.Stream.Id] = row.Version;
                seen++;
            }

            position = page.Next;
        }

        await writing;
        Assert.Empty((await Journal.ReadAsync(position, 10)).Rows);
    }

    [Fact]
    public async Task Wait_NothingNew_CompletesWithTheNextAppend()
    {
        await Append("shop", "a");
        var end = await Journal.ReadEndAsync();
        using var deadline = new CancellationTokenSource(Deadline);
        var waiting = Journal.WaitAsync(end, null, deadline.Token);
        Assert.False(waiting.IsCompleted);
        await Append("shop", "b");
        await waiting;
        Assert.Single((await Journal.ReadAsync(end, 10)).Rows);
    }

    [Fact]
    public async Task Wait_AlreadyMore_CompletesAtOnce()
    {
        await Append("shop", "a");
        using var deadline = new CancellationTokenSource(Deadline);
        await Journal.WaitAsync(JournalPosition.Start, null, deadline.Token);
        await Store.ReopenAsync();
        await Journal.WaitAsync(JournalPosition.Start, null, deadline.Token);
    }

    [Fact]
    public async Task Wait_Cancelled_Throws()
    {
        using var cancel = new CancellationTokenSource();
        var waiting = Journal.WaitAsync(await Journal.ReadEndAsync(), null, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Wait_JournalCloses_DoesNotHang()
    {
        var waiting = Journal.WaitAsync(await Journal.ReadEndAsync());
        await Store.ReopenAsync();
        await Assert.ThrowsAsync<JournalUnavailableException>(() => waiting.WaitAsync(Deadline));
    }

    [Fact]
    public async Task Snapshot_NewerReplaces_OlderIsIgnored()
    {
        var stream = new StreamName("shop", "conversation", "s");
        Assert.Null(await Journal.ReadSnapshotAsync(stream));
        await Journal.WriteSnapshotAsync(stream, new StoredSnapshot(5, new byte[] { 5 }));
        await Journal.WriteSnapshotAsync(stream, new StoredSnapshot(9, new byte[] { 9 }));
        await Journal.WriteSnapshotAsync(stream, new StoredSnapshot(7, new byte[] { 7 }));
        await Store.ReopenAsync();
        var snapshot = await Journal.ReadSnapshotAsync(stream);
        Assert.Equal(9, snapshot!.Version);
        Assert.Equal([9], snapshot.Payload.ToArray());
        Assert.Empty(await Journal.ReadStreamAsync(stream, 0, 1));
        // The name being known must not harm the first append.
        Assert.True((await Journal.OpenAppender(stream, 0).AppendAsync(new byte[1])).IsCommitted);
    }

    [Fact]
    public async Task Snapshot_Deleted_LeavesNoByteBehind()
    {
        var snapshots = Enumerable.Range(0, 60).Select(i => (Stream: new StreamName("shop", "customer", $"p-{i}"), Old: Unique(24), New: Unique(24))).ToArray();
        foreach (var (stream, old, _) in snapshots) await Journal.WriteSnapshotAsync(stream, new StoredSnapshot(1, Padded(old, 700)));
        foreach (var (stream, _, newer) in snapshots) await Journal.WriteSnapshotAsync(stream, new StoredSnapshot(2, Padded(newer, 1_900)));
        if (Store.CountHeld(snapshots.Select(s => s.New)) is not { } held) return;
        Assert.Equal(snapshots.Length, held);

        foreach (var (stream, _, _) in snapshots) await Journal.DeleteSnapshotAsync(stream);
        Assert.Null(await Journal.ReadSnapshotAsync(snapshots[30].Stream));
        Assert.Equal(0, Store.CountHeld(snapshots.SelectMany(s => new[] { s.Old, s.New })));
        await Journal.DeleteSnapshotAsync(snapshots[0].Stream);
    }

    [Fact]
    public async Task Snapshot_DeletedAmongOthersThatChangedSize_LeavesNoByteBehind()
    {
        var random = new Random(4711);
        var marks = new Dictionary<int, List<byte[]>>();
        for (var i = 0; i < 3_000; i++)
        {
            var id = random.Next(600);
            var mark = Unique(16);
            var history = marks.TryGetValue(id, out var known) ? known : marks[id] = [];
            history.Add(mark);
            await Journal.WriteSnapshotAsync(
                new StreamName("shop", "customer", $"p-{id}"), new StoredSnapshot(history.Count, Padded(mark, random.Next(50, 1_500))));
        }

        var erased = marks.Keys.Where(_ => random.Next(4) == 0).ToArray();
        foreach (var id in erased) await Journal.DeleteSnapshotAsync(new StreamName("shop", "customer", $"p-{id}"));
        if (Store.CountHeld(marks.Values.Select(history => history[^1])) is not { } held) return;
        Assert.Equal(marks.Count - erased.Length, held);
        Assert.Equal(0, Store.CountHeld(erased.SelectMany(id => marks[id])));
    }

    private static string IdInLane(int lane) =>
        Enumerable.Range(0, 10_000).Select(i => $"c-{i}").First(id => new StreamName("shop", "conversation", id).Lane == lane);

    private static byte[] Padded(byte[] mark, int length)
    {
        var bytes = new byte[length];
        for (var i = 0; i + mark.Length <= length; i += 100) mark.CopyTo(bytes, i);
        return bytes;
    }

    private async Task Append(string workspace, string id, byte[]? payload = null)
    {
        var outcome = await Journal.OpenAppender(new StreamName(workspace, "conversation", id), 0).AppendAsync(payload ?? new byte[20]);
        Assert.True(outcome.IsCommitted);
    }
}
