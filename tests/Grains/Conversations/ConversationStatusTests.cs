using Engine.Grains.Conversations;
using Engine.Grains.Tests.Support;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;

namespace Engine.Grains.Tests.Conversations;

/// <summary>The state machine as a table: from, what happens, and the status after it or the reason of the refusal.</summary>
public sealed class ConversationStatusTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 9, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, string, string> Transitions { get; } = new()
    {
        { "Open", "customer writes", "Open" },
        { "Pending", "customer writes", "Open" },
        { "Snoozed", "customer writes", "Open" },
        { "Resolved", "customer writes", "Open" },
        { "Closed", "customer writes", "CONVERSATION_CLOSED" },
        { "Open", "agent answers", "Pending" },
        { "Pending", "agent answers", "Pending" },
        { "Snoozed", "agent answers", "Pending" },
        { "Resolved", "agent answers", "Resolved" },
        { "Closed", "agent answers", "CONVERSATION_CLOSED" },
        { "Open", "bot acknowledges", "Open" },
        { "Snoozed", "bot acknowledges", "Snoozed" },
        { "Open", "note", "Open" },
        { "Resolved", "note", "Resolved" },
        { "Closed", "note", "CONVERSATION_CLOSED" },
        { "Open", "snooze", "Snoozed" },
        { "Pending", "snooze", "Snoozed" },
        { "Snoozed", "snooze", "Snoozed" },
        { "Resolved", "snooze", "INVALID_STATE" },
        { "Closed", "snooze", "CONVERSATION_CLOSED" },
        { "Open", "resolve", "Resolved" },
        { "Pending", "resolve", "Resolved" },
        { "Snoozed", "resolve", "Resolved" },
        { "Resolved", "resolve", "INVALID_STATE" },
        { "Closed", "resolve", "CONVERSATION_CLOSED" },
        { "Open", "reopen", "INVALID_STATE" },
        { "Pending", "reopen", "Open" },
        { "Snoozed", "reopen", "Open" },
        { "Resolved", "reopen", "Open" },
        { "Closed", "reopen", "CONVERSATION_CLOSED" },
        { "Open", "close", "Closed" },
        { "Resolved", "close", "Closed" },
        { "Closed", "close", "CONVERSATION_CLOSED" },
        { "Open", "time", "NOT_DUE" },
        { "Snoozed", "time", "Open" },
        { "Resolved", "time", "Closed" },
        { "Closed", "time", "NOT_DUE" },
        { "Closed", "assign", "CONVERSATION_CLOSED" },
        { "Resolved", "assign", "Resolved" },
        { "Closed", "update", "CONVERSATION_CLOSED" },
        { "Closed", "read", "CONVERSATION_CLOSED" },
    };

    [Theory]
    [MemberData(nameof(Transitions))]
    public void Status_follows_who_owes_an_answer(string from, string happening, string expected)
    {
        var state = Conversation.In(System.Enum.Parse<ConversationStatus>(from), Now);

        var decision = Decide(state, happening, Now.AddDays(30));

        Assert.Equal(expected, decision.Rejection?.Reason ?? Conversation.After(state, decision.Change!, Now).Status.ToString());
    }

    [Fact]
    public void Wake_records_the_computed_instant_not_the_firing_time()
    {
        var state = Conversation.In(ConversationStatus.Snoozed, Now);

        var change = ConversationCore.Wake(state, Now.AddDays(40)).Change!;

        Assert.Equal(state.Deadline, change.Events[0].StatusChanged.EffectiveTime.ToDateTimeOffset());
    }

    [Fact]
    public void InvalidState_tells_the_current_and_the_allowed_states()
    {
        var rejection = ConversationCore.Reopen(Conversation.In(ConversationStatus.Open, Now), Callers.Admin).Rejection!;

        Assert.Equal("OPEN", rejection.Metadata["current"]);
        Assert.Equal("PENDING,SNOOZED,RESOLVED", rejection.Metadata["allowed"]);
    }

    [Fact]
    public void Agent_cannot_hand_on_what_another_agent_has()
    {
        var state = Conversation.In(ConversationStatus.Open, Now);
        state = Conversation.After(state, ConversationCore.Assign(state, new() { Agent = "agents/ana" }, Callers.Agent("ana")).Change!, Now);

        var rejection = ConversationCore.Transfer(state, new() { Agent = "agents/bo" }, Callers.Agent("bo")).Rejection!;

        Assert.Equal("NOT_ASSIGNEE", rejection.Reason);
        Assert.Equal("agents/ana", rejection.Metadata["assignee"]);
    }

    [Fact]
    public void Update_with_a_stale_etag_changes_nothing()
    {
        var state = Conversation.In(ConversationStatus.Open, Now);
        var request = new UpdateConversationRequest
        {
            Conversation = new() { Subject = "other", Etag = "v0" },
            UpdateMask = new FieldMask { Paths = { "subject" } },
        };

        Assert.Equal("ETAG_MISMATCH", ConversationCore.Update(state, request, Callers.Admin).Rejection!.Reason);
    }

    [Fact]
    public void Update_of_one_attribute_leaves_the_others()
    {
        var state = Conversation.In(ConversationStatus.Open, Now);
        var request = new UpdateConversationRequest
        {
            Conversation = new() { Attributes = { ["order"] = "17" } },
            UpdateMask = new FieldMask { Paths = { "attributes.order", "attributes.gone" } },
        };

        var after = Conversation.After(state, ConversationCore.Update(state, request, Callers.Admin).Change!, Now);

        Assert.Equal("17", after.Details.Attributes["order"]);
        Assert.Equal("kept", after.Details.Attributes["other"]);
        Assert.False(after.Details.Attributes.ContainsKey("gone"));
    }

    private static Decision<ConversationChange> Decide(ConversationState state, string happening, DateTimeOffset later) => happening switch
    {
        "customer writes" => ConversationCore.Send(state, new() { Content = new() { Text = "hi" }, AuthorType = AuthorType.Customer }, Callers.Integration),
        "agent answers" => ConversationCore.Send(state, new() { Content = new() { Text = "hi" } }, Callers.Agent("ana")),
        "bot acknowledges" => ConversationCore.Send(state, new() { Content = new() { Text = "hi" }, KeepsStatus = true }, Callers.Integration),
        "note" => ConversationCore.AddNote(state, new() { Content = new() { Text = "hi" } }, Callers.Agent("ana")),
        "snooze" => ConversationCore.Snooze(state, new() { UntilTime = Timestamp.FromDateTimeOffset(Now.AddHours(1)) }, Callers.Admin, Now),
        "resolve" => ConversationCore.Resolve(state, Callers.Admin, Now.AddDays(7)),
        "reopen" => ConversationCore.Reopen(state, Callers.Admin),
        "close" => ConversationCore.Close(state, Callers.Admin, Now),
        "time" => ConversationCore.Wake(state, later),
        "assign" => ConversationCore.Assign(state, new() { Agent = "agents/ana" }, Callers.Admin),
        "update" => ConversationCore.Update(state, new() { Conversation = new(), UpdateMask = new() { Paths = { "subject" } } }, Callers.Admin),
        "read" => ConversationCore.MarkRead(state, new() { ReadVersion = 1 }, Callers.Integration),
        _ => throw new ArgumentOutOfRangeException(nameof(happening)),
    };
}
