using Engine.Grains.Tests.Routing.Support;
using Engine.Grains.Tests.Support;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;

namespace Engine.Grains.Tests.Routing;

/// <summary>Room saved up for a call by an agent of two queues.</summary>
public sealed class SavedRoomTests
{
    [Fact]
    public async Task A_call_gets_its_agent_though_another_queue_has_a_backlog_for_the_same_one()
    {
        await using var shop = await Shop.OpenAsync(
            [new() { Name = "queues/care" }, new() { Name = "queues/mail" }], new RoutingSettings { CallbackUnits = 30 });
        await shop.HireAsync("ana", capacity: 30, queues: ["care", "mail"]);
        for (var i = 0; i < 3; i++) await shop.AskAsync("mail");
        await shop.UntilInboxAsync("ana", inbox => inbox.Entries.Count == 3, "full");
        var call = await shop.AskAsync();
        var end = Timestamp.FromDateTimeOffset(shop.Time.GetUtcNow().AddHours(4));
        var asked = await shop.Conversation(call).RequestCallbackAsync(
            new() { RequestId = shop.NextRequest(), Name = call, PhoneNumber = "+351210000000", Window = new() { EndTime = end } }, Callers.Integration);
        Assert.Null(asked.Rejection);
        await shop.UntilStatusAsync(status => status.HeldAgentCount == 1, "ana is held");
        for (var i = 0; i < 3; i++) await shop.AskAsync("mail");

        // The other queue is refused, whatever room there is; a person is not asked.
        var refused = await Until.Async(
            () => shop.Agent("ana").ReserveAsync(new() { Reservation = new Reservation { Id = shop.NextRequest(), Queue = "mail", Units = 10, ExpireTime = end } }),
            reply => reply.Rejection.Reason == "HELD_FOR_LARGER_WORK",
            "ana was told");
        Assert.Equal(30, refused.Agent.HeldUnits);

        var done = new HashSet<string> { call };
        await Until.Async(
            async () =>
            {
                // What the other queue might have squeezed in is done with too.
                foreach (var entry in (await shop.InboxAsync("ana")).Entries.Where(entry => done.Add(entry.Conversation)))
                    await shop.ResolveAsync(entry.Conversation);
                return await shop.AssigneeAsync(call);
            },
            assignee => assignee == "agents/ana",
            "the call is given to ana");

        await shop.UntilStatusAsync(status => status.HeldAgentCount == 0, "nobody is held any more");
        Assert.InRange(await shop.HighestLoadAsync("ana"), 20, 30);
    }
}
