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
    public async Task Delete_Consumer_SaysWhetherThereWasOne()
    {
        await Consumers.WriteAsync("shop", "erp", JournalPosition.Start);
        Assert.False(await Consumers.DeleteAsync("shop-2", "erp"));
        Assert.True(await Consumers.DeleteAsync("shop", "erp"));
        Assert.False(await Consumers.DeleteAsync("shop", "erp"));
        Assert.Null(await Consumers.ReadAsync("shop", "erp"));
    }
}
