using Engine.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Engine.Api.Tests.Validation;

/// <summary>What requests about queues, offers, calls and activity may say.</summary>
public sealed class RoutingRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private static readonly Dictionary<string, (IMessage Request, string[] Faults)> Cases = new()
    {
        ["start: in a queue, live, with skills"] = (
            Start(r =>
            {
                r.Queue = "queues/first_line-2";
                r.Mode = ConversationMode.Live;
                r.RequiredSkills.Add(new SkillRequirement { Skill = "returns", LevelMin = 10 });
                r.PreferredAgent = "agents/ana";
            }),
            []),
        ["start: queue is no name"] = (Start(r => r.Queue = "support"), ["queue INVALID_FORMAT"]),
        ["start: queue without id"] = (Start(r => r.Queue = "queues/"), ["queue INVALID_FORMAT"]),
        ["start: queue id at the limit"] = (Start(r => r.Queue = "queues/" + new string('q', 64)), []),
        ["start: queue id too long"] = (Start(r => r.Queue = "queues/" + new string('q', 65)), ["queue INVALID_FORMAT"]),
        ["start: queue that leaves its workspace"] = (Start(r => r.Queue = "queues/../x"), ["queue INVALID_FORMAT"]),
        ["start: as a call"] = (Start(r => r.Mode = ConversationMode.Callback), ["mode NOT_ALLOWED"]),
        ["start: mode unknown"] = (Start(r => r.Mode = (ConversationMode)9), ["mode OUT_OF_RANGE"]),
        ["start: too many skills"] = (
            Start(r => r.RequiredSkills.Add(Enumerable.Range(0, 21).Select(i => new SkillRequirement { Skill = $"s{i}" }))), ["required_skills TOO_MANY"]),
        ["start: skill twice"] = (
            Start(r => r.RequiredSkills.Add([new() { Skill = "a" }, new() { Skill = "a", LevelMin = 2 }])), ["required_skills[1].skill DUPLICATE"]),
        ["start: skill above expert"] = (
            Start(r => r.RequiredSkills.Add(new SkillRequirement { Skill = "a", LevelMin = 11 })), ["required_skills[0].level_min OUT_OF_RANGE"]),
        ["start: preferred agent is no name"] = (Start(r => r.PreferredAgent = "ana"), ["preferred_agent INVALID_FORMAT"]),
        ["receive: queue, skill and agent are checked too"] = (
            new ReceiveMessageRequest
            {
                Channel = "email", Address = "a@b.example", ExternalId = "m", Content = new Content { Text = "x" }, Queue = "q",
                RequiredSkills = { new SkillRequirement() }, PreferredAgent = "a",
            },
            ["queue INVALID_FORMAT", "required_skills[0].skill REQUIRED", "preferred_agent INVALID_FORMAT"]),
        ["list: queue is no name"] = (
            new ListConversationsRequest { Filter = new ConversationFilter { Queue = "agents/a" } }, ["filter.queue INVALID_FORMAT"]),
        ["update: skills and preference"] = (
            new UpdateConversationRequest
            {
                RequestId = "r",
                Conversation = new Conversation { Name = "conversations/c", RequiredSkills = { new SkillRequirement { Skill = "A" } }, PreferredAgent = "x" },
                UpdateMask = FieldMask.FromString("required_skills,preferred_agent"),
            },
            ["conversation.required_skills[0].skill INVALID_FORMAT", "conversation.preferred_agent INVALID_FORMAT"]),
        ["update: the queue is changed by a transfer only"] = (
            new UpdateConversationRequest
            {
                RequestId = "r", Conversation = new Conversation { Name = "conversations/c" }, UpdateMask = FieldMask.FromString("queue"),
            },
            ["update_mask.paths[0] UNKNOWN_PATH"]),
        ["transfer: to nobody"] = (Transfer(_ => { }), ["agent REQUIRED"]),
        ["transfer: to an agent and a queue"] = (Transfer(r => (r.Agent, r.Queue) = ("agents/a", "queues/q")), ["queue NOT_ALLOWED"]),
        ["transfer: to a queue, whatever its capacity"] = (
            Transfer(r => (r.Queue, r.IgnoreCapacity) = ("queues/q", true)), ["ignore_capacity NOT_ALLOWED"]),
        ["customer: tier in capitals"] = (
            new CreateCustomerRequest { RequestId = "r", Customer = new Customer { Tier = "Gold" } }, ["customer.tier INVALID_FORMAT"]),

        ["agent: queue twice"] = (
            new CreateAgentRequest { RequestId = "r", Agent = new Agent { Queues = { "queues/a", "queues/a" } } }, ["agent.queues[1] DUPLICATE"]),
        ["agent: too many queues"] = (
            new CreateAgentRequest { RequestId = "r", Agent = new Agent { Queues = { Enumerable.Range(0, 21).Select(i => $"queues/q{i}") } } },
            ["agent.queues TOO_MANY"]),
        ["agent: channel in capitals"] = (
            new UpdateAgentRequest
            {
                RequestId = "r", Agent = new Agent { Name = "agents/a", Channels = { "email", "WEB" } }, UpdateMask = FieldMask.FromString("channels"),
            },
            ["agent.channels[1] INVALID_FORMAT"]),
        ["offer: well"] = (new AcceptOfferRequest { RequestId = "r", Name = "agents/ana/offers/0f3c" }, []),
        ["offer: of no agent"] = (new AcceptOfferRequest { RequestId = "r", Name = "offers/0f3c" }, ["name INVALID_FORMAT"]),
        ["offer: with a path"] = (new AcceptOfferRequest { RequestId = "r", Name = "agents/ana/offers/a/b" }, ["name INVALID_FORMAT"]),
        ["offer: declined with a sentence"] = (
            new DeclineOfferRequest { RequestId = "r", Name = "agents/ana/offers/0f3c", Reason = "Too hard!" }, ["reason INVALID_FORMAT"]),

        ["queue: nothing given"] = (new CreateQueueRequest(), ["request_id REQUIRED", "queue_id REQUIRED"]),
        ["queue: well"] = (Create(_ => { }), []),
        ["queue: id in capitals"] = (new CreateQueueRequest { RequestId = "r", QueueId = "Support" }, ["queue_id INVALID_FORMAT"]),
        ["queue: name too long"] = (Create(q => q.DisplayName = new string('n', 256)), ["queue.display_name TOO_LONG"]),
        ["queue: rank"] = (Create(q => q.Rank = 1_000_001), ["queue.rank OUT_OF_RANGE"]),
        ["queue: rank negative"] = (Create(q => q.Rank = -1), ["queue.rank OUT_OF_RANGE"]),
        ["queue: match"] = (
            Create(q => q.Match = new QueueMatch { Channels = { "WEB" }, Languages = { "pt_BR" }, CustomerTiers = { "Gold" }, Tags = { "A" } }),
            [
                "queue.match.channels[0] INVALID_FORMAT", "queue.match.languages[0] INVALID_FORMAT", "queue.match.customer_tiers[0] INVALID_FORMAT",
                "queue.match.tags[0] INVALID_FORMAT",
            ]),
        ["queue: too many channels"] = (
            Create(q => q.Match = new QueueMatch { Channels = { Enumerable.Range(0, 101).Select(i => $"c{i}") } }), ["queue.match.channels TOO_MANY"]),
        ["queue: agents chosen by hand"] = (Create(q => q.AgentChoice = RoutingRule.ByHand), ["queue.agent_choice NOT_ALLOWED"]),
        ["queue: agents chosen somehow"] = (Create(q => q.AgentChoice = (RoutingRule)42), ["queue.agent_choice OUT_OF_RANGE"]),
        ["queue: offers of four seconds"] = (Create(q => q.OfferTimeout = Seconds(4)), ["queue.offer_timeout OUT_OF_RANGE"]),
        ["queue: offers of eleven minutes"] = (Create(q => q.OfferTimeout = Seconds(660)), ["queue.offer_timeout OUT_OF_RANGE"]),
        ["queue: preferred at once"] = (Create(q => q.PreferredWait = Seconds(0)), []),
        ["queue: nobody saves room up"] = (Create(q => { q.HeldAgentsMax = 0; q.HeldAgentsPercent = 100; }), []),
        ["queue: too many save room up"] = (
            Create(q => { q.HeldAgentsMax = 11; q.HeldAgentsPercent = 101; }),
            ["queue.held_agents_max OUT_OF_RANGE", "queue.held_agents_percent OUT_OF_RANGE"]),
        ["queue: a share of nobody saves room up"] = (Create(q => q.HeldAgentsPercent = 0), ["queue.held_agents_percent OUT_OF_RANGE"]),
        ["queue: preferred for two days"] = (Create(q => q.PreferredWait = Seconds(172_800)), ["queue.preferred_wait OUT_OF_RANGE"]),
        ["queue: a step without time"] = (Create(q => q.RelaxSteps.Add(new RelaxStep())), ["queue.relax_steps[0].after REQUIRED"]),
        ["queue: steps that do not grow"] = (
            Create(q => q.RelaxSteps.Add([Step(120), Step(120)])), ["queue.relax_steps[1].after OUT_OF_RANGE"]),
        ["queue: too many steps"] = (
            Create(q => q.RelaxSteps.Add(Enumerable.Range(1, 11).Select(i => Step(i)))), ["queue.relax_steps TOO_MANY"]),
        ["queue: a step to a team that is none"] = (
            Create(q => q.RelaxSteps.Add(new RelaxStep { After = Seconds(1), AlsoQueues = { "team" } })),
            ["queue.relax_steps[0].also_queues[0] INVALID_FORMAT"]),
        ["queue: calendar is no name"] = (Create(q => q.Calendar = "queues/q"), ["queue.calendar INVALID_FORMAT"]),
        ["queue: values that the mask does not name"] = (
            new UpdateQueueRequest
            {
                RequestId = "r", Queue = new Queue { Name = "queues/q", Rank = -1, DisplayName = "Team" }, UpdateMask = FieldMask.FromString("display_name"),
            },
            []),
        ["queue: update of times"] = (
            new UpdateQueueRequest { RequestId = "r", Queue = new Queue { Name = "queues/q" }, UpdateMask = FieldMask.FromString("create_time") },
            ["update_mask.paths[0] UNKNOWN_PATH"]),
        ["settings: well"] = (Weigh("asynchronous_units,channel_units", s => s.ChannelUnits["sms"] = 5), []),
        ["settings: heavier than anybody"] = (Weigh("live_units", s => s.LiveUnits = 10_001), ["settings.live_units OUT_OF_RANGE"]),
        ["settings: a channel for nothing"] = (Weigh("channel_units", s => s.ChannelUnits["sms"] = 0), ["settings.channel_units.sms OUT_OF_RANGE"]),
        ["settings: a channel in capitals"] = (
            Weigh("channel_units", s => s.ChannelUnits["SMS"] = 5), ["settings.channel_units.SMS INVALID_FORMAT"]),
        ["settings: more than all"] = (Weigh("pending_percent", s => s.PendingPercent = 101), ["settings.pending_percent OUT_OF_RANGE"]),
        ["settings: idle at once"] = (Weigh("live_idle", s => s.LiveIdle = Seconds(9)), ["settings.live_idle OUT_OF_RANGE"]),
        ["settings: two hours without a stream"] = (
            Weigh("disconnect_grace", s => s.DisconnectGrace = Seconds(7_200)), ["settings.disconnect_grace OUT_OF_RANGE"]),
        ["explain: too many"] = (
            new ExplainAssignmentRequest { Conversation = "conversations/c", Limit = 101 }, ["limit OUT_OF_RANGE"]),
        ["dry run: well"] = (DryRun(-24, 0), []),
        ["dry run: backwards"] = (DryRun(-1, -2), ["end_time OUT_OF_RANGE"]),
        ["dry run: too long"] = (DryRun((-31 * 24) - 1, 0), ["start_time OUT_OF_RANGE"]),
        ["dry run: of the future"] = (DryRun(-1, 1), ["end_time OUT_OF_RANGE"]),
        ["dry run: of nothing"] = (new DryRunRoutingRequest(), ["queue REQUIRED", "start_time REQUIRED", "end_time REQUIRED"]),

        ["callback: well"] = (Callback(_ => { }), []),
        ["callback: no number"] = (Callback(r => r.PhoneNumber = ""), ["phone_number REQUIRED"]),
        ["callback: number without plus"] = (Callback(r => r.PhoneNumber = "4915112345"), ["phone_number INVALID_FORMAT"]),
        ["callback: number with spaces"] = (Callback(r => r.PhoneNumber = "+49 151 12345"), ["phone_number INVALID_FORMAT"]),
        ["callback: number of 16 digits"] = (Callback(r => r.PhoneNumber = "+1234567890123456"), ["phone_number INVALID_FORMAT"]),
        ["callback: no window"] = (Callback(r => r.Window = null), ["window REQUIRED"]),
        ["callback: no end"] = (Callback(r => r.Window.EndTime = null), ["window.end_time REQUIRED"]),
        ["callback: ends before it begins"] = (Callback(r => r.Window.StartTime = At(2)), ["window.end_time OUT_OF_RANGE"]),
        ["activity: no kind"] = (new SignalActivityRequest { Conversation = "conversations/c" }, ["kind REQUIRED"]),
        ["activity: of the system"] = (
            new SignalActivityRequest { Conversation = "conversations/c", Kind = ActivityKind.Typing, AuthorType = AuthorType.System },
            ["author_type NOT_ALLOWED"]),
        ["activity: nowhere"] = (new WatchActivityRequest(), ["conversation REQUIRED"]),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Request_is_checked(string name)
    {
        var (request, faults) = Cases[name];
        Assert.Equal(faults, Rules.Faults(request, Now));
    }

    private static Duration Seconds(long seconds) => new() { Seconds = seconds };

    private static Timestamp At(int hours) => Timestamp.FromDateTimeOffset(Now.AddHours(hours));

    private static RelaxStep Step(long seconds) => new() { After = Seconds(seconds) };

    private static StartConversationRequest Start(Action<StartConversationRequest> change)
    {
        var request = new StartConversationRequest { RequestId = "r", Customer = "customers/ana", Channel = "web" };
        change(request);
        return request;
    }

    private static TransferConversationRequest Transfer(Action<TransferConversationRequest> change)
    {
        var request = new TransferConversationRequest { RequestId = "r", Name = "conversations/c" };
        change(request);
        return request;
    }

    private static CreateQueueRequest Create(Action<Queue> change)
    {
        var request = new CreateQueueRequest { RequestId = "r", QueueId = "first_line", Queue = new Queue { DisplayName = "First line" } };
        change(request.Queue);
        return request;
    }

    private static UpdateRoutingSettingsRequest Weigh(string mask, Action<RoutingSettings> change)
    {
        var request = new UpdateRoutingSettingsRequest { RequestId = "r", Settings = new RoutingSettings(), UpdateMask = FieldMask.FromString(mask) };
        change(request.Settings);
        return request;
    }

    private static DryRunRoutingRequest DryRun(int startHours, int endHours) => new()
    {
        Queue = new Queue { Name = "queues/q" }, StartTime = At(startHours), EndTime = At(endHours),
    };

    private static RequestCallbackRequest Callback(Action<RequestCallbackRequest> change)
    {
        var request = new RequestCallbackRequest
        {
            RequestId = "r", Name = "conversations/c", PhoneNumber = "+4915112345", Window = new CallbackWindow { StartTime = At(0), EndTime = At(1) },
        };
        change(request);
        return request;
    }
}
