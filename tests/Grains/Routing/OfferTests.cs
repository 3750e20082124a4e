using Engine.Grains.Tests.Routing.Support;
using Engine.Grains.Tests.Support;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;

namespace Engine.Grains.Tests.Routing;

public sealed class OfferTests
{
    private static readonly Queue Asking = new() { Name = "queues/care", OfferTimeout = Duration.FromTimeSpan(TimeSpan.FromMinutes(5)) };

    [Fact]
    public async Task An_offer_that_is_accepted_becomes_an_assignment()
    {
        await using var shop = await Shop.OpenAsync([Asking]);
        await shop.HireAsync("ana");
        var conversation = await shop.AskAsync();
        var inbox = await shop.UntilInboxAsync("ana", i => i.Offers.Count == 1, "offered");
        var offer = inbox.Offers[0];
        Assert.Equal((conversation, "queues/care", 10), (offer.Conversation, offer.Queue, offer.Units));
        Assert.Equal(10, inbox.LoadUnits);
        Assert.Equal(1, (await shop.StatusAsync()).OfferCount);
        Assert.Equal("agents/ana", (await shop.Queue().ExplainWaitingAsync(Shop.IdOf(conversation))).Result.OfferedTo);
        Assert.NotNull((await shop.Agent("ana").GetOfferAsync(offer.Name.Split('/')[^1])).Reservation);

        var request = new AcceptOfferRequest { RequestId = "accept", Name = offer.Name };
        var accepted = await shop.Queue().AcceptOfferAsync(request, Callers.Agent("ana"));
        Assert.Equal("agents/ana", accepted.Result.Assignee);
        Assert.Equal(accepted.Result, (await shop.Queue().AcceptOfferAsync(request, Callers.Agent("ana"))).Result);
        var after = await shop.UntilInboxAsync("ana", i => i.Entries.Count == 1, "in the inbox");
        Assert.Equal((0, 10), (after.Offers.Count, after.LoadUnits));
        Assert.Empty((await shop.Agent("ana").GetRoutingAsync()).Agent.Reservations);

        // Who watched saw both.
        var seen = (await shop.Agent("ana").ReadInboxAsync(new() { AfterVersion = inbox.Version })).Result;
        Assert.Equal([offer.Name], seen.RemovedOffers);
        Assert.Equal("OFFER_WITHDRAWN", (await shop.Queue().AcceptOfferAsync(
            new() { RequestId = "again", Name = offer.Name }, Callers.Agent("ana"))).Rejection.Reason);
    }

    [Fact]
    public async Task An_offer_that_is_declined_goes_to_the_next_agent()
    {
        await using var shop = await Shop.OpenAsync([Asking]);
        await shop.HireAsync("ana");
        await shop.HireAsync("bo", capacity: 50);
        await shop.AskAsync();
        var offer = (await shop.UntilInboxAsync("ana", i => i.Offers.Count == 1, "offered to who has most to spare")).Offers[0];

        Assert.Null((await shop.Queue().DeclineOfferAsync(
            new() { RequestId = "no", Name = offer.Name, Reason = "busy" }, Callers.Agent("ana"))).Rejection);
        await shop.UntilInboxAsync("bo", i => i.Offers.Count == 1, "offered to the next");
        Assert.Empty((await shop.InboxAsync("ana")).Offers);
        Assert.Equal(0, (await shop.InboxAsync("ana")).LoadUnits);
        Assert.Equal("OFFER_NOT_FOUND", (await shop.Queue().DeclineOfferAsync(
            new() { RequestId = "no2", Name = offer.Name }, Callers.Agent("ana"))).Rejection.Reason);
        Assert.Equal("OFFER_NOT_FOUND", (await shop.Queue().AcceptOfferAsync(
            new() { RequestId = "yes", Name = offer.Name }, Callers.Agent("ana"))).Rejection.Reason);
    }

    [Fact]
    public async Task An_offer_that_nobody_answers_goes_to_the_next_agent()
    {
        var quick = new Queue { Name = "queues/care", OfferTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(1)) };
        await using var shop = await Shop.OpenAsync([quick]);
        await shop.HireAsync("ana");
        await shop.HireAsync("bo", capacity: 50);
        await shop.AskAsync();
        var inbox = await shop.UntilInboxAsync("ana", i => i.Offers.Count == 1, "offered");
        await shop.UntilInboxAsync("bo", i => i.Offers.Count == 1, "offered to the next");

        // Who watches sees it vanish, with nothing else happening.
        var seen = (await shop.Agent("ana").ReadInboxAsync(
            new() { AfterVersion = inbox.Version, Wait = Duration.FromTimeSpan(TimeSpan.FromSeconds(15)) })).Result;
        Assert.Equal([inbox.Offers[0].Name], seen.RemovedOffers);
        Assert.Equal("OFFER_EXPIRED", (await shop.Queue().AcceptOfferAsync(
            new() { RequestId = "late", Name = inbox.Offers[0].Name }, Callers.Agent("ana"))).Rejection.Reason);
    }

    [Fact]
    public async Task An_offer_is_withdrawn_when_its_conversation_waits_no_more()
    {
        await using var shop = await Shop.OpenAsync([Asking]);
        await shop.HireAsync("ana");
        var conversation = await shop.AskAsync();
        var offer = (await shop.UntilInboxAsync("ana", i => i.Offers.Count == 1, "offered")).Offers[0];
        await shop.ResolveAsync(conversation);

        await shop.UntilInboxAsync("ana", i => i.Offers.Count == 0 && i.LoadUnits == 0, "withdrawn");
        Assert.Equal("OFFER_WITHDRAWN", (await shop.Queue().AcceptOfferAsync(
            new() { RequestId = "late", Name = offer.Name }, Callers.Agent("ana"))).Rejection.Reason);
    }

    [Fact]
    public async Task An_accepted_offer_is_carried_out_by_the_journal_when_its_queue_dies()
    {
        await using var shop = await Shop.OpenAsync([Asking]);
        await shop.HireAsync("ana");
        var conversation = await shop.AskAsync();
        var offer = (await shop.UntilInboxAsync("ana", i => i.Offers.Count == 1, "offered")).Offers[0];
        await shop.ForgetAsync(shop.Queue());

        // As the queue does before it dies.
        Assert.Null((await shop.Agent("ana").AcceptAsync(new() { RequestId = "accept", Name = offer.Name }, Callers.Agent("ana"))).Rejection);
        await shop.UntilAssignedAsync(conversation, "ana");
        await shop.UntilInboxAsync("ana", i => i.Entries.Count == 1 && i.LoadUnits == 10, "in the inbox, once");
    }
}
