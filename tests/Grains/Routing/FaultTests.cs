using Engine.Grains.Journal;
using Engine.Grains.Tests.Routing.Support;
using Engine.Grains.Tests.Support;
using Engine.Internal.V1;
using Engine.V1;
using ConversationEvent = Engine.Internal.V1.ConversationEvent;

namespace Engine.Grains.Tests.Routing;

/// <summary>The store fails under conversations and agents, before and after it has written.</summary>
public sealed class FaultTests
{
    [Theory]
    [InlineData(Fault.BeforeWrite)]
    [InlineData(Fault.AfterWrite)]
    public async Task Whatever_fails_every_conversation_gets_one_agent_and_nobody_too_much(object fault)
    {
        await using var shop = await Shop.OpenAsync();
        await shop.HireAsync("ana", capacity: 150);
        await shop.HireAsync("bo", capacity: 150);
        await shop.SetAsync("ana", Presence.Away);
        await shop.SetAsync("bo", Presence.Away);
        var conversations = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => shop.AskAsync()));
        await shop.UntilStatusAsync(s => s.WaitingCount == 30, "all wait");
        await shop.SetAsync("ana", Presence.Online);
        var failures = 0;
        shop.Stores.Journal.OnAppend = (number, stream) =>
            stream.Kind is "conversation" or "agent" && number % 4 == 0 && Interlocked.Increment(ref failures) <= 12 ? (Fault)fault : Fault.None;
        await Until.Async(
            async () => (await shop.Agent("bo").SetPresenceAsync(
                new() { RequestId = "bo-is-back", Name = "agents/bo", Presence = Presence.Online }, Callers.Admin)).Rejection,
            rejection => rejection is null,
            "bo is back");

        await Until.Async(() => Task.FromResult(Volatile.Read(ref failures)), count => count >= 5, "failures");
        shop.Stores.Journal.Reset();
        // What nobody knows the outcome of is kept until its reservation is over.
        shop.Time.Advance(TimeSpan.FromSeconds(40));
        foreach (var conversation in conversations) await shop.UntilAssignedAsync(conversation);
        await Until.Async(
            async () =>
            {
                // What was given back for want of room waits for the agent it knows, for two minutes.
                if ((await shop.StatusAsync()).WaitingCount > 0) shop.Time.Advance(TimeSpan.FromMinutes(1));
                return (await shop.InboxAsync("ana")).LoadUnits + (await shop.InboxAsync("bo")).LoadUnits;
            },
            load => load == 300,
            "all held once");
        Assert.InRange(await shop.HighestLoadAsync("ana"), 10, 150);
        Assert.InRange(await shop.HighestLoadAsync("bo"), 10, 150);
        foreach (var conversation in conversations) Assert.Equal(1, await AssignmentsAsync(shop, conversation));
        var status = await shop.UntilStatusAsync(s => s.WaitingCount == 0, "the queue has heard of all");
        Assert.Equal(0L, status.ReconciledCount);
    }

    /// <summary>How often it was given to somebody without having been given back: never twice at once.</summary>
    private static async Task<int> AssignmentsAsync(Shop shop, string conversation)
    {
        var owners = 0;
        var most = 0;
        foreach (var row in await shop.Stores.Journal.ReadStreamAsync(new StreamName(Callers.Workspace, "conversation", Shop.IdOf(conversation)), 0, 1_000))
        {
            foreach (var e in Commit.Parser.ParseFrom(row.Payload.Span).Conversation.Events)
            {
                if (e.EventCase != ConversationEvent.EventOneofCase.AssigneeChanged) continue;
                if (e.AssigneeChanged.From.Length > 0) owners--;
                if (e.AssigneeChanged.To.Length > 0) owners++;
                most = Math.Max(most, owners);
            }
        }

        return most;
    }
}
