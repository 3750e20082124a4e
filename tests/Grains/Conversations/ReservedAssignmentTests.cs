using Engine.Grains.Tests.Support;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;
using ConversationEvent = Engine.Internal.V1.ConversationEvent;

namespace Engine.Grains.Tests.Conversations;

/// <summary>A queue gives conversations to agents who have room reserved, and gets them back.</summary>
public sealed class ReservedAssignmentTests
{
    private static readonly Queue[] Queues = [new() { Name = "queues/main", Match = new QueueMatch() }, new() { Name = "queues/other" }];

    [Fact]
    public async Task A_new_conversation_waits_in_its_queue_from_the_customers_message_on()
    {
        await using var shop = await RuledShop.OpenAsync(ShopCatalog.With(Queues));

        var asked = await shop.StartAsync(r => r.RequiredSkills.Add(new SkillRequirement { Skill = "returns", LevelMin = 2 }));
        var told = await shop.StartAsync(r => (r.Queue, r.Content, r.PreferredAgent) = ("queues/other", null, "agents/ana"));

        Assert.Equal(("queues/main", "gold", ConversationMode.Asynchronous), (asked.Queue, asked.CustomerTier, asked.Mode));
        Assert.Equal(asked.CreateTime, asked.WaitBeginTime);
        Assert.Equal("returns", asked.RequiredSkills.Single().Skill);
        Assert.Equal(("queues/other", "agents/ana", null), (told.Queue, told.PreferredAgent, told.WaitBeginTime));
        var queued = Assert.Single(await shop.EventsAsync(asked.Name), e => e.QueueChanged is not null).QueueChanged;
        Assert.Equal(("", "queues/main", QueueChangeReason.Started), (queued.From, queued.To, queued.Reason));
        Assert.Equal("UNKNOWN_QUEUE", (await shop.TryStartAsync(r => r.Queue = "queues/none")).Rejection.Reason);
    }

    [Fact]
    public async Task Of_two_reservations_at_once_one_wins_and_the_other_hears_that_it_waits_no_more()
    {
        await using var shop = await RuledShop.OpenAsync(ShopCatalog.With(Queues));
        for (var round = 0; round < 20; round++)
        {
            var name = (await shop.StartAsync()).Name;

            var replies = await Task.WhenAll(
                shop.AssignReservedAsync(name, "main", "ana", $"a{round}"), shop.AssignReservedAsync(name, "main", "bo", $"b{round}"));

            var won = Assert.Single(replies, r => r.Rejection is null).Result;
            Assert.Equal("WAITS_NO_MORE", Assert.Single(replies, r => r.Rejection is not null).Rejection.Reason);
            var summary = (await shop.CommitsAsync(name))[^1].Conversation.Summary;
            Assert.Equal(won.Assignee, $"agents/{summary.Assignee}");
            Assert.Equal(summary.Assignee == "ana" ? $"a{round}" : $"b{round}", summary.Reservation);
            Assert.Null(won.WaitBeginTime);
        }
    }

    [Fact]
    public async Task The_decision_stands_before_the_assignment_and_a_repeated_one_changes_nothing()
    {
        await using var shop = await RuledShop.OpenAsync(ShopCatalog.With(Queues));
        var name = (await shop.StartAsync()).Name;

        var first = await shop.AssignReservedAsync(name, "main", "ana", "r1");
        await shop.RestartAsync();
        var again = await shop.AssignReservedAsync(name, "main", "ana", "r1");

        Assert.Equal(first.Result, again.Result);
        var events = await shop.EventsAsync(name);
        Assert.Equal(
            [ConversationEvent.EventOneofCase.Routed, ConversationEvent.EventOneofCase.AssigneeChanged], events.TakeLast(2).Select(e => e.EventCase));
        Assert.Equal("r1", events[^2].Routed.Reservation);
        Assert.Equal(AssigneeChangeReason.Routed, events[^1].AssigneeChanged.Reason);
    }

    [Fact]
    public async Task A_reservation_made_for_another_mode_is_refused_since_it_keeps_too_little_room()
    {
        await using var shop = await RuledShop.OpenAsync(ShopCatalog.With(Queues));
        var name = (await shop.StartAsync()).Name;
        await shop.Conversation(name).StartLiveAsync(new() { RequestId = shop.Request(), Name = name }, Callers.Integration);

        var late = await shop.AssignReservedAsync(name, "main", "ana", "r1", mode: ConversationMode.Asynchronous);
        var anew = await shop.AssignReservedAsync(name, "main", "ana", "r2", mode: ConversationMode.Live);

        Assert.Equal("WAITS_NO_MORE", late.Rejection.Reason);
        Assert.Equal("agents/ana", anew.Result.Assignee);
    }

    [Fact]
    public async Task A_reservation_is_refused_when_it_is_over_or_the_conversation_waits_elsewhere_or_not()
    {
        await using var shop = await RuledShop.OpenAsync(ShopCatalog.With(Queues));
        var name = (await shop.StartAsync()).Name;

        Assert.Equal("RESERVATION_EXPIRED", (await shop.AssignReservedAsync(name, "main", "ana", "r1", TimeSpan.Zero)).Rejection.Reason);
        Assert.Equal("WAITS_NO_MORE", (await shop.AssignReservedAsync(name, "other", "ana", "r2")).Rejection.Reason);
        await shop.SayAsync(name, Callers.Integration);
        Assert.Equal("WAITS_NO_MORE", (await shop.AssignReservedAsync(name, "main", "ana", "r3")).Rejection.Reason);
        await shop.Conversation(name).CloseAsync(new() { RequestId = shop.Request(), Name = name }, Callers.Admin);
        Assert.Equal("CONVERSATION_CLOSED", (await shop.AssignReservedAsync(name, "main", "ana", "r4")).Rejection.Reason);
    }

    [Fact]
    public async Task By_hand_it_is_taken_over_with_its_note_once_for_each_request()
    {
        await using var shop = await RuledShop.OpenAsync(ShopCatalog.With(Queues));
        var name = (await shop.StartAsync()).Name;
        await shop.AssignReservedAsync(name, "main", "ana", "r1");
        var command = new AssignReservedCommand
        {
            Queue = "main", Agent = "bo", Reservation = "r2", Reason = AssigneeChangeReason.ByHand, TakeOver = true,
            ExpireTime = Timestamp.FromDateTimeOffset(shop.Now.AddSeconds(30)),
            Transfer = new() { RequestId = "hand-over", Name = name, Agent = "agents/bo", Note = "she knows" },
        };

        Assert.Equal("NOT_ASSIGNEE", (await shop.Conversation(name).AssignReservedAsync(command, Callers.Agent("cy"))).Rejection.Reason);
        var first = await shop.Conversation(name).AssignReservedAsync(command, Callers.Agent("ana"));
        var retry = command.Clone();
        retry.Reservation = "r3";
        var second = await shop.Conversation(name).AssignReservedAsync(retry, Callers.Agent("ana"));

        Assert.Equal("agents/bo", first.Result.Assignee);
        Assert.Equal(first.Result, second.Result);
        Assert.Equal("r2", (await shop.CommitsAsync(name))[^1].Conversation.Summary.Reservation);
        Assert.Equal("she knows", Assert.Single(await Inbound.MessagesAsync(shop.Silo, name), m => m.Kind == MessageKind.Note).Content.Text);
        var stale = new AssignReservedCommand
        {
            Queue = "main", Agent = "ana", Reservation = "r4", Reason = AssigneeChangeReason.ByHand, TakeOver = true, ExpireTime = command.ExpireTime,
            Assign = new() { RequestId = "assign", Name = name, Agent = "agents/ana", Etag = "v1" },
        };
        Assert.Equal("ETAG_MISMATCH", (await shop.Conversation(name).AssignReservedAsync(stale, Callers.Admin)).Rejection.Reason);
    }

    [Theory]
    [InlineData(AssigneeChangeReason.AgentAbsent, "agents/cy")]
    [InlineData(AssigneeChangeReason.NoRoom, "agents/ana")]
    public async Task What_an_agent_cannot_keep_waits_again_where_it_stood(AssigneeChangeReason reason, string preferred)
    {
        await using var shop = await RuledShop.OpenAsync(ShopCatalog.With(Queues));
        var waiting = await shop.StartAsync(r => r.PreferredAgent = "agents/cy");
        var assigned = (await shop.AssignReservedAsync(waiting.Name, "main", "ana", "r1")).Result;
        shop.Time.Advance(TimeSpan.FromHours(1));
        var command = new ReturnToQueueCommand { Agent = "ana", Reason = reason, ConversationVersion = assigned.Version };

        var replies = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => shop.Conversation(waiting.Name).ReturnToQueueAsync(command)));

        Assert.All(replies, r => Assert.Null(r.Rejection));
        var again = await shop.GetAsync(waiting.Name);
        Assert.Equal((waiting.WaitBeginTime, "", preferred), (again.WaitBeginTime, again.Assignee, again.PreferredAgent));
        Assert.Equal(assigned.Version + 1, again.Version);
        Assert.Equal(reason, (await shop.EventsAsync(waiting.Name))[^1].AssigneeChanged.Reason);
    }

    [Fact]
    public async Task Nothing_is_returned_that_was_answered_or_given_to_somebody_in_the_meantime()
    {
        await using var shop = await RuledShop.OpenAsync(ShopCatalog.With(Queues));
        var name = (await shop.StartAsync()).Name;
        var grain = shop.Conversation(name);
        var first = (await shop.AssignReservedAsync(name, "main", "ana", "r1")).Result;
        await shop.SayAsync(name, Callers.Agent("ana"));
        await grain.ReturnToQueueAsync(new() { Agent = "ana", Reason = AssigneeChangeReason.NoRoom, ConversationVersion = first.Version });
        Assert.Equal("agents/ana", (await shop.GetAsync(name)).Assignee);

        await shop.SayAsync(name, Callers.Integration, AuthorType.Customer);
        await grain.ReturnToQueueAsync(new() { Agent = "bo", Reason = AssigneeChangeReason.AgentAbsent, ConversationVersion = 100 });
        await grain.ReleaseAsync(new() { RequestId = shop.Request(), Name = name }, Callers.Admin);
        await shop.AssignReservedAsync(name, "main", "ana", "r2");
        await grain.ReturnToQueueAsync(new() { Agent = "ana", Reason = AssigneeChangeReason.AgentAbsent, ConversationVersion = first.Version });

        Assert.Equal("agents/ana", (await shop.GetAsync(name)).Assignee);
        await grain.ReturnToQueueAsync(new() { Agent = "ana", Reason = AssigneeChangeReason.AgentAbsent, ConversationVersion = 100 });
        Assert.Equal("", (await shop.GetAsync(name)).Assignee);
    }

    [Fact]
    public async Task Who_gives_it_away_is_not_the_first_to_get_it_back()
    {
        await using var shop = await RuledShop.OpenAsync(ShopCatalog.With(Queues));
        var name = (await shop.StartAsync()).Name;
        await shop.AssignReservedAsync(name, "main", "ana", "r1");
        await shop.SayAsync(name, Callers.Agent("ana"));
        await shop.SayAsync(name, Callers.Integration, AuthorType.Customer);
        Assert.Equal("agents/ana", (await shop.GetAsync(name)).PreferredAgent);

        var released = await shop.Conversation(name).ReleaseAsync(new() { RequestId = shop.Request(), Name = name }, Callers.Agent("ana"));

        Assert.Equal("", released.Result.PreferredAgent);
        Assert.NotNull(released.Result.WaitBeginTime);
    }

    [Fact]
    public async Task A_transfer_to_another_queue_waits_there_with_its_place_and_its_note()
    {
        await using var shop = await RuledShop.OpenAsync(ShopCatalog.With(Queues));
        var waiting = await shop.StartAsync();
        await shop.AssignReservedAsync(waiting.Name, "main", "ana", "r1");
        TransferConversationRequest To(string queue) => new() { RequestId = shop.Request(), Name = waiting.Name, Queue = queue, Note = "not ours" };

        Assert.Equal("QUEUE_NOT_FOUND", (await shop.Conversation(waiting.Name).TransferAsync(To("queues/none"), Callers.Agent("ana"))).Rejection.Reason);
        var moved = (await shop.Conversation(waiting.Name).TransferAsync(To("queues/other"), Callers.Agent("ana"))).Result;

        Assert.Equal(("queues/other", "", waiting.WaitBeginTime), (moved.Queue, moved.Assignee, moved.WaitBeginTime));
        var events = (await shop.CommitsAsync(waiting.Name))[^1].Conversation.Events;
        Assert.Equal(QueueChangeReason.Transferred, Assert.Single(events, e => e.QueueChanged is not null).QueueChanged.Reason);
        Assert.Equal(AssigneeChangeReason.Moved, Assert.Single(events, e => e.AssigneeChanged is not null).AssigneeChanged.Reason);

        await shop.SayAsync(waiting.Name, Callers.Integration);
        shop.Time.Advance(TimeSpan.FromMinutes(5));
        var reopened = (await shop.Conversation(waiting.Name).TransferAsync(To("queues/main"), Callers.Admin)).Result;
        Assert.Equal(ConversationStatus.Open, reopened.Status);
        Assert.True(reopened.WaitBeginTime.ToDateTimeOffset() >= waiting.WaitBeginTime.ToDateTimeOffset().AddMinutes(5), "It waits from now on.");
    }

    [Fact]
    public async Task A_new_conversation_prefers_who_answered_the_customer_last_and_a_successor_keeps_the_team()
    {
        await using var shop = await RuledShop.OpenAsync(ShopCatalog.With([new() { Name = "queues/other" }]));
        var first = await shop.StartAsync(r => r.Queue = "queues/other");
        await shop.AssignReservedAsync(first.Name, "other", "ana", "r1");
        await shop.SayAsync(first.Name, Callers.Agent("ana"));
        await shop.Conversation(first.Name).CloseAsync(new() { RequestId = shop.Request(), Name = first.Name }, Callers.Admin);

        var successor = await shop.StartAsync(r => r.Predecessor = first.Name);
        var unrelated = await shop.StartAsync(r => r.Channel = "email");
        var named = await shop.StartAsync(r => r.PreferredAgent = "agents/bo");

        Assert.Equal(("queues/other", "agents/ana"), (successor.Queue, successor.PreferredAgent));
        Assert.Equal(("", "agents/ana"), (unrelated.Queue, unrelated.PreferredAgent));
        Assert.Equal("agents/bo", named.PreferredAgent);
    }
}
