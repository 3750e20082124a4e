using Engine.Grains.Tests.Routing.Support;
using Engine.Grains.Tests.Support;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;

namespace Engine.Grains.Tests.Routing;

/// <summary>Nobody holds more than fits, and nothing that fits waits.</summary>
public sealed class CapacityTests
{
    [Fact]
    public async Task What_matters_most_goes_first_then_what_is_due_then_what_waited_longest()
    {
        await using var shop = await Shop.OpenAsync();
        var first = await shop.AskAsync();
        var second = await shop.AskAsync();
        var urgent = await shop.AskAsync(priority: Priority.Urgent);
        var low = await shop.AskAsync(priority: Priority.Low);
        await shop.UntilStatusAsync(s => s.WaitingCount == 4, "all wait");
        await shop.HireAsync("ana", capacity: 10);

        foreach (var next in (string[])[urgent, first, second, low])
        {
            await shop.UntilAssignedAsync(next, "ana");
            Assert.Single((await shop.UntilInboxAsync("ana", i => i.Entries.Any(e => e.Conversation == next), "in the inbox")).Entries);
            await shop.ResolveAsync(next);
        }
    }

    [Fact]
    public async Task Two_queues_that_share_agents_never_fill_them_beyond_their_capacity()
    {
        await using var shop = await Shop.OpenAsync([new() { Name = "queues/care" }, new() { Name = "queues/sales" }]);
        await shop.HireAsync("ana", 50, Presence.Online, "care", "sales");
        await shop.HireAsync("bo", 45, Presence.Online, "sales", "care");
        var conversations = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => shop.AskAsync(i % 2 == 0 ? "care" : "sales")));

        // 50 / 10 and 45 / 10 fit at once.
        var done = new HashSet<string>();
        while (done.Count < conversations.Length)
        {
            foreach (var agent in (string[])["ana", "bo"])
            {
                var inbox = await shop.UntilInboxAsync(agent, i => done.Count == conversations.Length || i.Entries.Any(e => !done.Contains(e.Conversation)), "more");
                Assert.InRange(inbox.LoadUnits, 0, inbox.CapacityUnits);
                foreach (var entry in inbox.Entries.Where(e => done.Add(e.Conversation))) await shop.ResolveAsync(entry.Conversation);
            }
        }

        Assert.InRange(await shop.HighestLoadAsync("ana"), 20, 50);
        Assert.InRange(await shop.HighestLoadAsync("bo"), 20, 45);
    }

    [Fact]
    public async Task Who_was_answered_frees_room_and_who_writes_again_waits_for_the_same_agent_when_there_is_none()
    {
        await using var shop = await Shop.OpenAsync(
            [new() { Name = "queues/care", PreferredWait = Duration.FromTimeSpan(TimeSpan.FromHours(1)) }]);
        await shop.HireAsync("ana", capacity: 20);
        var one = await shop.AskAsync();
        var two = await shop.AskAsync();
        await shop.UntilInboxAsync("ana", i => i.Entries.Count == 2, "both");
        await shop.HireAsync("bo", capacity: 100);
        await shop.AnswerAsync(one, "ana");
        await shop.UntilInboxAsync("ana", i => i.LoadUnits == 12, "a pending one holds a share");
        await shop.SetAsync("bo", Presence.Offline);
        // Only two units of one are held: another one does not fit, a call less so; make room by answering both.
        await shop.AnswerAsync(two, "ana");
        var three = await shop.AskAsync();
        await shop.UntilAssignedAsync(three, "ana");
        await shop.UntilInboxAsync("ana", i => i.Entries.Count == 3 && i.LoadUnits == 14, "three");
        await shop.SetAsync("bo", Presence.Online);

        await shop.WriteAsync(one);
        await shop.UntilStatusAsync(s => s.WaitingCount == 1, "no room: it waits");
        var waiting = (await shop.Conversation(one).GetAsync()).Result;
        Assert.Equal(("", "agents/ana"), (waiting.Assignee, waiting.PreferredAgent));
        Assert.NotNull(waiting.WaitBeginTime);

        await shop.ResolveAsync(three);
        await shop.UntilAssignedAsync(one, "ana");
        Assert.Equal(20, await shop.HighestLoadAsync("ana"));
        Assert.Equal(0, await shop.HighestLoadAsync("bo"));
    }

    [Fact]
    public async Task By_hand_at_capacity_is_refused_unless_told_to_ignore_it()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.HireAsync("ana", capacity: 10);
        await shop.HireAsync("bo", presence: Presence.Offline);
        var one = await shop.AskAsync();
        await shop.UntilAssignedAsync(one, "ana");
        await shop.UntilInboxAsync("ana", i => i.Entries.Count == 1, "in the inbox");
        var two = await shop.AskAsync();
        await shop.UntilStatusAsync(s => s.WaitingCount == 1, "waits");

        var request = new AssignConversationRequest { RequestId = "by-hand", Name = two, Agent = "agents/ana" };
        Assert.Equal("AGENT_AT_CAPACITY", (await shop.Queue().AssignAsync(request, Callers.Admin)).Rejection.Reason);
        Assert.Equal("", await shop.AssigneeAsync(two));

        var forced = new AssignConversationRequest { RequestId = "by-force", Name = two, Agent = "agents/ana", IgnoreCapacity = true };
        var given = await shop.Queue().AssignAsync(forced, Callers.Admin);
        Assert.Equal("agents/ana", given.Result.Assignee);
        var inbox = await shop.UntilInboxAsync("ana", i => i.Entries.Count == 2, "both");
        Assert.Equal(20, inbox.LoadUnits);

        // Repeated, the answer is the same and nothing happens.
        Assert.Equal(given.Result, (await shop.Queue().AssignAsync(forced, Callers.Admin)).Result);
        await Until.Async(() => shop.Agent("ana").GetRoutingAsync(), r => r.Agent.Reservations.Count == 0, "both are hers, and nothing is reserved");

        // Handed over to somebody who is not even there.
        var transfer = new TransferConversationRequest { RequestId = "over", Name = two, Agent = "agents/bo", Note = "please", IgnoreCapacity = true };
        var transferred = await shop.Queue().TransferAsync(transfer, Callers.Admin);
        Assert.Equal("agents/bo", transferred.Result.Assignee);
        Assert.Equal(transferred.Result, (await shop.Queue().TransferAsync(transfer, Callers.Admin)).Result);
        Assert.Equal("AGENT_NOT_FOUND", (await shop.Queue().AssignAsync(
            new() { RequestId = "nobody", Name = two, Agent = "agents/nobody" }, Callers.Admin)).Rejection.Reason);
        await shop.UntilInboxAsync("ana", i => i.LoadUnits == 10, "one left");
        await Until.Async(() => shop.Agent("bo").GetRoutingAsync(), r => r.Agent.Reservations.Count == 0, "it is his, and nothing is reserved");
    }

    [Fact]
    public async Task A_conversation_outside_of_queues_counts_whether_or_not_it_fits()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.HireAsync("ana", capacity: 15);
        var outside = await shop.AskAsync(queue: "");
        Assert.Null((await shop.Conversation(outside).AssignAsync(
            new() { RequestId = "outside", Name = outside, Agent = "agents/ana" }, Callers.Admin)).Rejection);
        await shop.UntilInboxAsync("ana", i => i.LoadUnits == 10, "counted");
        var inside = await shop.AskAsync();
        await shop.UntilStatusAsync(s => s.WaitingCount == 1, "no room");

        await shop.ResolveAsync(outside);
        await shop.UntilAssignedAsync(inside, "ana");
    }
}
