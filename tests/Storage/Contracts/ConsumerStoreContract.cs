using Engine.Grains.Consumers;
using Engine.Grains.Journal;

namespace Engine.Storage.Tests.Contracts;

public abstract class ConsumerStoreContract : StoreContract
{
    private IConsumerStore Consumers => Store.Consumers;

    [Fact]
    public async Task Write_Position_IsReadBackAfterReopen()
    {
        Assert.Null(await Consumers.ReadAsync("", "views"));
        var position = JournalPosition.At(0, 17).With(new LanePosition(3, 5, 99)).With(new LanePosition(63, long.MaxValue, 1));
        await Consumers.WriteAsync("", "views", position);
        await Store.ReopenAsync();
        Assert.Equal(position, await Consumers.ReadAsync("", "views"));
    }

    [Fact]
    public async Task Write_Again_ReplacesAlsoWithAnEarlierPosition()
    {
        await Consumers.WriteAsync("shop", "erp", JournalPosition.At(0, 9));
        await Consumers.WriteAsync("shop", "erp", JournalPosition.At(0, 4));
        Assert.Equal(JournalPosition.At(0, 4), await Consumers.ReadAsync("shop", "erp"));
    }

    [Fact]
    public async Task List_Workspace_IsByNameAndOfThatWorkspaceOnly()
    {
        foreach (var name in new[] { "b", "a", "c" }) await Consumers.WriteAsync("shop", name, JournalPosition.At(0, 1));
        await Consumers.WriteAsync("", "engine", JournalPosition.Start);
        await Consumers.WriteAsync("shop-2", "a", JournalPosition.Start);
        var listed = await Consumers.ListAsync("shop");
        Assert.Equal(["a", "b", "c"], listed.Select(c => c.Name));
        Assert.All(listed, c => Assert.Equal(JournalPosition.At(0, 1), c.Position));
        Assert.All(listed, c => Assert.InRange(TimeProvider.System.GetUtcNow() - c.UpdateTime, TimeSpan.Zero, Deadline));
        Assert.Equal(["engine"], (await Consumers.ListAsync("")).Select(c => c.Name));
        Assert.Empty(await Consumers.ListAsync("nobody"));
    }

    [Fact]
    public async Task Take_ByASecondOwner_LetsTheFirstMoveNothingMore()
    {
        var lanes = new LaneSet(3, 8);
        var first = await Consumers.TakeAsync("inbox", lanes);
        Assert.Equal(JournalPosition.Start, first.Position);
        var position = JournalPosition.Start.With(new LanePosition(11, 7, 5));
        Assert.True(await Consumers.MoveAsync("inbox", first with { Position = position }));

        await Store.ReopenAsync();
        var second = await Consumers.TakeAsync("inbox", lanes);
        Assert.True(second.Epoch > first.Epoch);
        Assert.Equal(position, second.Position);
        Assert.False(await Consumers.MoveAsync("inbox", first with { Position = JournalPosition.At(9, 9) }));
        Assert.Equal(position, (await Consumers.TakeAsync("inbox", lanes)).Position);
        Assert.False(await Consumers.MoveAsync("inbox", second));

        Assert.Equal(JournalPosition.Start, (await Consumers.TakeAsync("inbox", new LaneSet(2, 8))).Position);
        Assert.Equal(JournalPosition.Start, (await Consumers.TakeAsync("other", lanes)).Position);
    }

    [Fact]
    public async Task Take_WithOneGroup_ContinuesWhatThePlainNameHolds()
    {
        await Consumers.WriteAsync("", "inbox", JournalPosition.At(0, 17));
        var taken = await Consumers.TakeAsync("inbox", LaneSet.All);
        Assert.Equal(JournalPosition.At(0, 17), taken.Position);
        Assert.True(await Consumers.MoveAsync("inbox", taken with { Position = JournalPosition.At(0, 18) }));
        Assert.Equal(JournalPosition.At(0, 18), await Consumers.ReadAsync("", "inbox"));
    }

    [Fact]
    public async Task Take_AtTheSameTime_GivesEachAnEpochOfItsOwn()
    {
        var taken = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Consumers.TakeAsync("inbox", new LaneSet(0, 8))));
        Assert.Equal(20, taken.Select(t => t.Epoch).Distinct().Count());
        var moved = await Task.WhenAll(taken.Select(t => Consumers.MoveAsync("inbox", t)));
        Assert.Equal(taken.Max(t => t.Epoch), Assert.Single(taken.Where((_, i) => moved[i])).Epoch);
    }

    [Fact]
    public async Task Delete_Consumer_SaysWhetherThereWasOne()
    {
        await Consumers.WriteAsync("shop", "erp", JournalPosition.Start);
        Assert.False(await Consumers.DeleteAsync("shop-2", "erp"));
        Assert.True(await Consumers.DeleteAsync("shop", "erp"));
        Assert.False(await Consumers.DeleteAsync("shop", "erp"));
        Assert.Null(await Consumers.ReadAsync("shop", "erp"));
    }
}
