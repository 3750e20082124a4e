
using Shop = Engine.Grains.Tests.Routing.Support.Shop;

namespace Engine.Grains.Tests.Routing;

/// <summary>From a waiting conversation to an agent's inbox, through the journal and back.</summary>
public sealed class AssigningTests
{
    [Fact]
    public async Task A_waiting_conversation_goes_to_an_agent_who_is_there()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.HireAsync("ana");
        var conversation = await shop.AskAsync();

        await shop.UntilAssignedAsync(conversation, "ana");
        var inbox = await shop.UntilInboxAsync("ana", i => i.Entries.Count == 1, "in the inbox");
        var entry = inbox.Entries[0];
        Assert.Equal((conversation, "queues/care", 10), (entry.Conversation, entry.Queue, entry.Units));
        Assert.Equal((10, 100), (inbox.LoadUnits, inbox.CapacityUnits));
        Assert.Equal(10, (await shop.Agent("ana").GetAsync()).Result.LoadUnits);
        var routing = (await shop.Agent("ana").GetRoutingAsync()).Agent;
        Assert.Empty(routing.Reservations);
        Assert.Equal((10, 1L), (routing.HeldUnits, routing.AssignedCount));
        var status = await shop.StatusAsync();
        Assert.Equal((0, 1L, 0L, 1), (status.WaitingCount, status.AssignedCount, status.ReconciledCount, status.OnlineAgentCount));
    }

    [Fact]
    public async Task A_backlog_drains_when_an_agent_signs_on_and_as_units_free_up()
    {
        await using var shop = await Shop.OpenAsync();
        var waiting = await Task.WhenAll(Enumerable.Range(0, 15).Select(_ => shop.AskAsync()));
        await shop.UntilStatusAsync(s => s.WaitingCount == 15, "all wait");
        await shop.HireAsync("ana");

        await shop.UntilStatusAsync(s => s.WaitingCount == 5, "as many as fit are given");
        var inbox = await shop.UntilInboxAsync("ana", i => i.Entries.Count == 10, "in the inbox");
        Assert.Equal(100, inbox.LoadUnits);

        await shop.ResolveAsync(inbox.Entries[0].Conversation);
        await shop.UntilStatusAsync(s => s.WaitingCount == 4, "one more fits");
        foreach (var entry in inbox.Entries.Skip(1)) await shop.ResolveAsync(entry.Conversation);
        foreach (var conversation in waiting) await shop.UntilAssignedAsync(conversation, "ana");
        Assert.Equal(100, await shop.HighestLoadAsync("ana"));
        Assert.Equal(0, (await shop.StatusAsync()).ReconciledCount);
    }
}
