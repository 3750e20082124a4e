using Engine.Grains.Conversations;
using Engine.Grains.Sla;
using Engine.Grains.Sla.Clocks;
using Engine.Grains.Sla.Policies;
using Engine.Grains.Tests.Support;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;
using Duration = NodaTime.Duration;

namespace Engine.Grains.Tests.Sla;

/// <summary>What commits of conversations mean to promises.</summary>
public sealed class SlaMomentTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 9, 0, 0, TimeSpan.Zero);
    private static readonly Content Text = new() { Text = "text" };

    [Fact]
    public void A_started_conversation_is_a_customer_who_waits()
    {
        var (_, moment) = Do(ConversationState.None, s => ConversationCore.Start(s, new()
        {
            Request = new() { Customer = "customers/carla", Channel = "web", Content = Text, Priority = Priority.High, Queue = "queues/main" },
            CustomerTier = "gold",
        }, Callers.Integration, ShopCatalog.With([new Queue { Name = "queues/main" }])));
        Assert.Equal(SlaMessage.Customer, moment.Message);
        Assert.Equal(ConversationStatus.Open, moment.Status);
        Assert.Equal(new SlaSubject("main", "web", Priority.High, "gold"), moment.Subject);
        Assert.Equal(Now.ToInstant(), moment.Time);
    }

    [Fact]
    public void An_agents_message_is_a_reply_and_a_bots_is_a_bots()
    {
        var open = Conversations.Conversation.In(ConversationStatus.Open, Now);
        Assert.Equal(SlaMessage.Person, Do(open, s => ConversationCore.Send(s, new() { Content = Text }, Callers.Agent("ana"))).Moment.Message);
        Assert.Equal(SlaMessage.Bot, Do(open, s => ConversationCore.Send(s, new() { Content = Text }, Callers.Integration)).Moment.Message);
    }

    [Fact]
    public void Notes_and_acknowledgements_are_no_replies()
    {
        var open = Conversations.Conversation.In(ConversationStatus.Open, Now);
        Assert.Equal(SlaMessage.None, Do(open, s => ConversationCore.AddNote(s, new() { Content = Text }, Callers.Agent("ana"))).Moment.Message);
        Assert.Equal(SlaMessage.None, Do(open, s => ConversationCore.Send(s, new() { Content = Text, KeepsStatus = true }, Callers.Agent("ana"))).Moment.Message);
    }

    [Fact]
    public void A_snooze_that_ended_unnoticed_ended_when_it_was_to()
    {
        var snoozed = Conversations.Conversation.In(ConversationStatus.Snoozed, Now);
        var (_, moment) = Do(snoozed, s => ConversationCore.Wake(s, Now.AddDays(2)), Now.AddDays(2));
        Assert.Equal(ConversationStatus.Open, moment.Status);
        Assert.Equal(Now.ToInstant() + Duration.FromHours(3), moment.Time);
    }

    [Fact]
    public void A_transfer_changes_nothing()
    {
        var open = Conversations.Conversation.In(ConversationStatus.Open, Now);
        var (_, moment) = Do(open, s => ConversationCore.Transfer(s, new() { Agent = "agents/bo", Note = "please" }, Callers.Admin));
        Assert.Equal(SlaMessage.None, moment.Message);
        Assert.Null(moment.Status);
    }

    private static (ConversationState After, SlaMoment Moment) Do(
        ConversationState state, Func<ConversationState, Decision<ConversationChange>> decide, DateTimeOffset? at = null)
    {
        var change = decide(state).Change!;
        var time = at ?? Now;
        var after = ConversationCore.Apply(
            state, state.Version + 1, Timestamp.FromDateTimeOffset(time), change.Author, change.Events, change.Data, change.Details);
        return (after, SlaMoment.Of(time.ToInstant(), change.Author, change.Events, after.Summary));
    }
}
