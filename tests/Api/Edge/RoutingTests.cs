using Engine.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Engine.Api.Tests.Edge;

/// <summary>The main path of routing, over the wire to the real grains: wait, sign on, get it, answer.</summary>
public sealed class RoutingTests(EngineServer server) : IClassFixture<EngineServer>
{
    private readonly string _run = Guid.NewGuid().ToString("n")[..12];

    private string Queue => $"queues/{_run}";

    private string Ana => $"agents/ana-{_run}";

    [Fact]
    public async Task A_customer_waits_is_told_when_and_gets_the_agent_who_signs_on()
    {
        await OpenAsync();
        var agent = await AgentAsync(Ana);
        var received = await server.Admin.Inbound.ReceiveMessageAsync(Inbound("m1"));
        Assert.NotEmpty(received.ExpectedResponse.Sentence);
        Assert.Equal("en", received.ExpectedResponse.Language);
        Assert.Equal(received, await server.Admin.Inbound.ReceiveMessageAsync(Inbound("m1")));

        var waiting = await Until.Async(
            async () => await server.Admin.Queues.ExplainAssignmentAsync(new ExplainAssignmentRequest { Conversation = received.Conversation }),
            found => found.Waiting?.Place == 1,
            "the queue knows of it");
        Assert.Empty(waiting.Records);
        Assert.Equal(Queue, waiting.Waiting.Queue);
        var conversation = await GetAsync(received.Conversation);
        Assert.Equal((Queue, "", ConversationStatus.Open), (conversation.Queue, conversation.Assignee, conversation.Status));
        Assert.NotNull(conversation.WaitBeginTime);
        var deadline = Assert.Single(conversation.Sla.Deadlines, found => found.Mode == SlaClockMode.Running);
        Assert.Equal((SlaMetric.FirstResponse, $"slaPolicies/{_run}"), (deadline.Metric, conversation.Sla.Rules.Policy));

        using var inbox = agent.Agents.WatchInbox(new WatchInboxRequest { Name = Ana, KeepsOnline = true });
        var entry = await EntryAsync(inbox, received.Conversation);
        Assert.Equal((Queue, 10, SlaMetric.FirstResponse), (entry.Queue, entry.Units, entry.DeadlineMetric));
        Assert.Equal(deadline.DeadlineTime, entry.DeadlineTime);
        Assert.Equal(Presence.Online, (await server.Admin.Agents.GetAgentAsync(new GetAgentRequest { Name = Ana })).Presence);

        await agent.Conversations.SendMessageAsync(new SendMessageRequest
        {
            RequestId = $"answer-{_run}", Conversation = received.Conversation, Content = new Content { Text = "On its way." },
        });
        var answered = await GetAsync(received.Conversation);
        Assert.Equal((ConversationStatus.Pending, Ana), (answered.Status, answered.Assignee));
        Assert.Null(answered.ExpectedResponse);
        Assert.DoesNotContain(answered.Sla.Deadlines, found => found.Mode == SlaClockMode.Running);

        var explained = await server.Admin.Queues.ExplainAssignmentAsync(new ExplainAssignmentRequest { Conversation = received.Conversation });
        var record = Assert.Single(explained.Records);
        Assert.Equal((AssigneeChangeReason.Routed, Ana), (record.Change.Reason, record.Change.To));
        Assert.Equal((Queue, Ana, RoutingRule.MostSpare), (record.Decision.Queue, record.Decision.Agent, record.Decision.Rule));
        Assert.Equal(RoutingVerdict.Chosen, record.Decision.Candidates[0].Verdict);
        Assert.Null(explained.Waiting);
    }

    [Fact]
    public async Task By_hand_a_queues_conversation_is_given_where_there_is_room_and_otherwise_only_when_told_so()
    {
        await OpenAsync();
        await AgentAsync(Ana, capacityUnits: 15);
        var first = await server.Admin.Inbound.ReceiveMessageAsync(Inbound("m1", "one"));
        var second = await server.Admin.Inbound.ReceiveMessageAsync(Inbound("m2", "two"));

        var request = new AssignConversationRequest { RequestId = $"first-{_run}", Name = first.Conversation, Agent = Ana, Etag = "old" };
        var changed = await Assert.ThrowsAsync<RpcException>(() => server.Admin.Conversations.AssignConversationAsync(request).ResponseAsync);
        Assert.Equal("ETAG_MISMATCH", Details.Of(changed).Info.Reason);
        request.Etag = "";
        var assigned = await server.Admin.Conversations.AssignConversationAsync(request);
        Assert.Equal(Ana, assigned.Assignee);
        Assert.Equal(assigned, await server.Admin.Conversations.AssignConversationAsync(request));

        request = new AssignConversationRequest { RequestId = $"second-{_run}", Name = second.Conversation, Agent = Ana };
        var refused = await Assert.ThrowsAsync<RpcException>(() => server.Admin.Conversations.AssignConversationAsync(request).ResponseAsync);
        Assert.Equal("AGENT_AT_CAPACITY", Details.Of(refused).Info.Reason);
        request.IgnoreCapacity = true;
        Assert.Equal(Ana, (await server.Admin.Conversations.AssignConversationAsync(request)).Assignee);
        await Until.Async(
            async () => await server.Admin.Agents.GetAgentAsync(new GetAgentRequest { Name = Ana }), found => found.LoadUnits == 20, "both are held");
    }

    [Fact]
    public async Task An_offer_is_declined_and_the_next_one_accepted_twice_with_one_outcome()
    {
        await OpenAsync(queue => queue.OfferTimeout = new Duration { Seconds = 60 });
        var bea = $"agents/bea-{_run}";
        var desks = new Dictionary<string, Clients> { [Ana] = await AgentAsync(Ana), [bea] = await AgentAsync(bea) };
        foreach (var (name, clients) in desks)
            await clients.Agents.SetPresenceAsync(new SetPresenceRequest { RequestId = $"on-{name}", Name = name, Presence = Presence.Online });
        using var anas = desks[Ana].Agents.WatchInbox(new WatchInboxRequest { Name = Ana });
        using var beas = desks[bea].Agents.WatchInbox(new WatchInboxRequest { Name = bea });
        var received = await server.Admin.Inbound.ReceiveMessageAsync(Inbound("m1"));

        var offers = new Dictionary<string, Task<Offer>> { [Ana] = OfferAsync(anas), [bea] = OfferAsync(beas) };
        var first = await await Task.WhenAny(offers.Values);
        Assert.Equal((received.Conversation, Queue, 10), (first.Conversation, first.Queue, first.Units));
        var decliner = first.Name.StartsWith(Ana, StringComparison.Ordinal) ? Ana : bea;
        var taker = decliner == Ana ? bea : Ana;
        await desks[decliner].Agents.DeclineOfferAsync(new DeclineOfferRequest { RequestId = $"no-{_run}", Name = first.Name, Reason = "lunch" });

        var second = await offers[taker];
        var accept = new AcceptOfferRequest { RequestId = $"yes-{_run}", Name = second.Name };
        var accepted = await desks[taker].Agents.AcceptOfferAsync(accept);
        Assert.Equal(taker, accepted.Assignee);
        Assert.Equal(taker, (await desks[taker].Agents.AcceptOfferAsync(accept)).Assignee);

        var explained = await server.Admin.Queues.ExplainAssignmentAsync(new ExplainAssignmentRequest { Conversation = received.Conversation });
        var record = Assert.Single(explained.Records);
        Assert.Equal(AssigneeChangeReason.Accepted, record.Change.Reason);
        Assert.Contains(record.Decision.Candidates, c => c.Agent == decliner && c.Verdict == RoutingVerdict.Declined);
    }

    [Fact]
    public async Task Queues_are_listed_by_name_and_settings_are_read_as_they_were_written()
    {
        await OpenAsync();
        await server.Admin.Queues.CreateQueueAsync(new CreateQueueRequest { RequestId = $"more-{_run}", QueueId = $"{_run}-more" });
        var names = new List<string>();
        var request = new ListQueuesRequest { PageSize = 1 };
        do
        {
            var page = await server.Admin.Queues.ListQueuesAsync(request);
            names.AddRange(page.Queues.Select(queue => queue.Name));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        Assert.Contains(Queue, names);

        var updated = await server.Admin.Queues.UpdateQueueAsync(new UpdateQueueRequest
        {
            RequestId = $"update-{_run}",
            Queue = new Queue { Name = Queue, AgentChoice = RoutingRule.RoundRobin, DisplayName = "not asked for" },
            UpdateMask = new FieldMask { Paths = { "agent_choice" } },
        });
        Assert.Equal((RoutingRule.RoundRobin, 2), (updated.AgentChoice, updated.Version));
        Assert.Equal(updated, await server.Admin.Queues.GetQueueAsync(new GetQueueRequest { Name = Queue }));
        Assert.NotEqual("not asked for", updated.DisplayName);
        var listed = await server.Admin.Conversations.ListConversationsAsync(
            new ListConversationsRequest { Filter = new ConversationFilter { Queue = Queue } });
        Assert.Empty(listed.Conversations);
    }

    [Fact]
    public async Task A_dry_run_tells_what_other_settings_would_have_made_of_it_and_changes_nothing()
    {
        var began = TimeProvider.System.GetUtcNow().AddMinutes(-1);
        await OpenAsync();
        var agent = await AgentAsync(Ana);
        await agent.Agents.SetPresenceAsync(new SetPresenceRequest { RequestId = $"on-{_run}", Name = Ana, Presence = Presence.Online });
        var received = await server.Admin.Inbound.ReceiveMessageAsync(Inbound("m1"));
        var assigned = await Until.Async(() => GetAsync(received.Conversation), found => found.Assignee == Ana, "it is assigned");

        DryRunRoutingRequest Request(params SkillRequirement[] skills) => new()
        {
            Queue = new Queue { Name = Queue, RequiredSkills = { skills } },
            StartTime = Timestamp.FromDateTimeOffset(began),
            EndTime = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow()),
        };
        var same = await Until.Async(
            async () => await server.Admin.Queues.DryRunRoutingAsync(Request()), run => run.AssignedCount == 1, "the lists have caught up");
        Assert.Equal((1, false), (same.ConversationCount, same.Truncated));
        Assert.NotNull(same.MedianWait);
        Assert.NotNull(same.RecordedMedianWait);
        Assert.Equal(1, Assert.Single(same.Hours).ArrivalCount);

        var other = await server.Admin.Queues.DryRunRoutingAsync(Request(new SkillRequirement { Skill = "what-nobody-knows" }));
        Assert.Equal((1, 0), (other.ConversationCount, other.AssignedCount));
        Assert.Equal(1, other.Hours[^1].WaitingCount);
        Assert.Null(other.MedianWait);
        Assert.Equal(same.RecordedMedianWait, other.RecordedMedianWait);
        Assert.Equal(assigned.Version, (await GetAsync(received.Conversation)).Version);
        Assert.Empty((await server.Admin.Queues.GetQueueAsync(new GetQueueRequest { Name = Queue })).RequiredSkills);
    }

    private static async Task<InboxEntry> EntryAsync(AsyncServerStreamingCall<WatchInboxResponse> inbox, string conversation)
    {
        while (await inbox.ResponseStream.MoveNext(default).WaitAsync(Until.Deadline))
        {
            if (inbox.ResponseStream.Current.Entries.FirstOrDefault(e => e.Conversation == conversation) is { } entry) return entry;
        }

        throw new InvalidOperationException("The inbox's stream ended.");
    }

    private static async Task<Offer> OfferAsync(AsyncServerStreamingCall<WatchInboxResponse> inbox)
    {
        while (await inbox.ResponseStream.MoveNext(default).WaitAsync(Until.Deadline))
        {
            if (inbox.ResponseStream.Current.Offers.FirstOrDefault() is { } offer) return offer;
        }

        throw new InvalidOperationException("The inbox's stream ended.");
    }

    private async Task OpenAsync(Action<Queue>? change = null)
    {
        var queue = new Queue { DisplayName = "Support" };
        change?.Invoke(queue);
        await server.Admin.Queues.CreateQueueAsync(new CreateQueueRequest { RequestId = $"queue-{_run}", QueueId = _run, Queue = queue });
        await server.Admin.Sla.CreateSlaPolicyAsync(new CreateSlaPolicyRequest
        {
            RequestId = $"policy-{_run}",
            SlaPolicyId = _run,
            SlaPolicy = new SlaPolicy
            {
                Match = new SlaMatch { Queues = { Queue } },
                Targets = { new SlaTarget { Metric = SlaMetric.FirstResponse, Target = new Duration { Seconds = 3_600 } } },
            },
        });
    }

    private async Task<Clients> AgentAsync(string name, int capacityUnits = 100)
    {
        await server.Admin.Agents.CreateAgentAsync(new CreateAgentRequest
        {
            RequestId = name, AgentId = name["agents/".Length..], Agent = new Agent { Queues = { Queue }, CapacityUnits = capacityUnits },
        });
        return await server.WithRoleAsync(Role.Agent, name);
    }

    private async Task<Conversation> GetAsync(string name) =>
        await server.Admin.Conversations.GetConversationAsync(new GetConversationRequest { Name = name });

    private ReceiveMessageRequest Inbound(string externalId, string visitor = "visitor") => new()
    {
        Channel = "web", Address = $"{visitor}-{_run}", ExternalId = externalId, Queue = Queue, Language = "en",
        Content = new Content { Text = "Where is my order?" },
    };
}
