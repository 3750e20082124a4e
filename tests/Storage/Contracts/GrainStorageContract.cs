using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Orleans.Runtime;
using Orleans.Storage;

namespace Engine.Storage.Tests.Contracts;

public abstract class GrainStorageContract : StoreContract
{
    private static readonly GrainId Grain = GrainId.Create("workspace", "shop");

    private IGrainStorage Storage => Store.GrainStorage;

    [Fact]
    public async Task Read_Nothing_IsAFreshState()
    {
        var state = await Read("settings");
        Assert.False(state.RecordExists);
        Assert.Null(state.ETag);
        Assert.Equal(new StringValue(), state.State);
    }

    [Fact]
    public async Task Write_State_IsReadBackAndTheEtagChanges()
    {
        var state = await Read("settings");
        state.State!.Value = "one";
        await Storage.WriteStateAsync("settings", Grain, state);
        Assert.True(state.RecordExists);
        var first = state.ETag;
        Assert.NotNull(first);
        state.State.Value = "two, and longer than before: " + new string('x', 500);
        await Storage.WriteStateAsync("settings", Grain, state);
        Assert.NotEqual(first, state.ETag);

        await Store.ReopenAsync();
        var read = await Read("settings");
        Assert.True(read.RecordExists);
        Assert.Equal(state.ETag, read.ETag);
        Assert.Equal(state.State, read.State);
        Assert.False((await Read("other")).RecordExists);
    }

    [Fact]
    public async Task Write_ChangedMeanwhile_IsInconsistentAndChangesNothing()
    {
        var (mine, theirs) = (await Read("settings"), await Read("settings"));
        theirs.State!.Value = "theirs";
        await Storage.WriteStateAsync("settings", Grain, theirs);
        mine.State!.Value = "mine";
        var conflict = await Assert.ThrowsAsync<InconsistentStateException>(() => Storage.WriteStateAsync("settings", Grain, mine));
        Assert.Equal(theirs.ETag, conflict.StoredEtag);
        Assert.Equal("theirs", (await Read("settings")).State!.Value);
        await Assert.ThrowsAsync<InconsistentStateException>(() => Storage.ClearStateAsync("settings", Grain, mine));
        Assert.True((await Read("settings")).RecordExists);
    }

    [Fact]
    public async Task Clear_State_IsFreshAgainAndOldEtagsAreVoid()
    {
        var state = await Read("settings");
        state.State!.Value = "one";
        await Storage.WriteStateAsync("settings", Grain, state);
        var stale = await Read("settings");
        await Storage.ClearStateAsync("settings", Grain, state);
        Assert.False(state.RecordExists);
        Assert.Null(state.ETag);
        Assert.Equal(new StringValue(), state.State);

        await Assert.ThrowsAsync<InconsistentStateException>(() => Storage.WriteStateAsync("settings", Grain, stale));
        state.State!.Value = "new";
        await Storage.WriteStateAsync("settings", Grain, state);
        await Assert.ThrowsAsync<InconsistentStateException>(() => Storage.WriteStateAsync("settings", Grain, stale));
        Assert.Equal("new", (await Read("settings")).State!.Value);
    }

    [Fact]
    public async Task Write_ManyAtOnceFromOneEtag_OneWins()
    {
        var states = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Read("settings")));
        var won = await Task.WhenAll(states.Select(async (state, i) =>
        {
            state.State!.Value = $"{i}";
            try
            {
                await Storage.WriteStateAsync("settings", Grain, state);
                return true;
            }
            catch (InconsistentStateException)
            {
                return false;
            }
        }));
        Assert.Single(won, w => w);
        Assert.Equal($"{Array.IndexOf(won, true)}", (await Read("settings")).State!.Value);
    }

    [Fact]
    public async Task Clear_State_NoFileHoldsIt()
    {
        var secrets = Enumerable.Range(0, 200).Select(_ => Unique(Random.Shared.Next(20, 400))).ToArray();
        var states = new List<GrainState<BytesValue>>();
        for (var i = 0; i < secrets.Length; i++)
        {
            var state = new GrainState<BytesValue>(new BytesValue { Value = ByteString.CopyFrom(secrets[i]) });
            await Storage.WriteStateAsync("secret", GrainId.Create("account", $"{i}"), state);
            states.Add(state);
        }

        if (Store.CountHeld(secrets) is not { } held) return;
        Assert.Equal(secrets.Length, held);
        await Task.WhenAll(states.Select((state, i) => Storage.ClearStateAsync("secret", GrainId.Create("account", $"{i}"), state)));
        Assert.Equal(0, Store.CountHeld(secrets));
    }

    [Fact]
    public async Task Write_NoMessage_IsRefusedByName()
    {
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(
            () => Storage.WriteStateAsync("settings", Grain, new GrainState<List<int>>([])));
        Assert.Contains("System.Collections.Generic.List", fault.Message, StringComparison.Ordinal);
    }

    private async Task<GrainState<StringValue>> Read(string name)
    {
        var state = new GrainState<StringValue>();
        await Storage.ReadStateAsync(name, Grain, state);
        return state;
    }
}
