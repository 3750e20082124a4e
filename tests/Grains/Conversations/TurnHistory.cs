using Engine.Grains.Catalogs;
using Engine.Grains.Conversations;
using Engine.Grains.Tests.Support;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using ConversationEvent = Engine.Internal.V1.ConversationEvent;

namespace Engine.Grains.Tests.Conversations;

/// <summary>A random conversation under rules that change, with queues, modes, promises and what customers are told.</summary>
internal sealed class TurnHistory(Random random)
{
    private const int CommandsMax = 30;
    private static readonly DateTimeOffset Begin = new(2026, 11, 27, 9, 0, 0, TimeSpan.Zero);

    private readonly List<Line> _lines = [];
    private DateTimeOffset _now = Begin;
    private WorkspaceCatalog _catalog = WorkspaceCatalog.None;

    /// <summary>What was committed, as it is stored.</summary>
    public IReadOnlyList<Line> Lines => _lines;

    public ConversationState State { get; private set; } = ConversationState.None;

    /// <summary>Everything that is due was done by this time.</summary>
    public DateTimeOffset Now => _now;

    public TurnHistory Live()
    {
        if (random.Next(3) > 0) ChangeRules();
        for (var i = random.Next(1, CommandsMax); i >= 0; i--)
        {
            _now = _now.AddSeconds(random.Next(4) switch { 0 => random.Next(60), 1 => random.Next(900), 2 => random.Next(20_000), _ => random.Next(200_000) });
            Wake();
            if (random.Next(8) == 0) ChangeRules();
            Take(State.Exists ? Command() : Start(), isReview: false);
        }

        return this;
    }

    private void Wake()
    {
        while (State.Deadline <= _now) Assert.True(Take(ConversationCore.Wake(State, _now), isReview: false), "Due, and nothing happened.");
        if (random.Next(4) == 0) Take(ConversationCore.Review(State), isReview: true);
    }

    private bool Take(Decision<ConversationChange> decision, bool isReview)
    {
        if (decision.IsRejected) return false;
        var change = ConversationTurn.Complete(State, decision.Change, _now, new ConversationContext(_catalog, _ => Load()) { IsReview = isReview });
        if (change.Events.Count == 0) return false;
        var before = State;
        State = change.After!;
        _lines.Add(new Line(before, _now, change.Author, [.. change.Events.Select(e => ConversationEvent.Parser.ParseFrom(e.ToByteArray()))],
            ConversationSummary.Parser.ParseFrom(State.Summary.ToByteArray()), change.Details, State));
        return true;
    }

    private QueueLoad? Load() => random.Next(3) == 0 ? null : new QueueLoad
    {
        WaitingByPriority = { 0, random.Next(5), random.Next(40), random.Next(5), random.Next(3) },
        OwedCount = random.Next(20),
        Agents = random.Next(4),
        TimePerAnswer = Duration.FromTimeSpan(TimeSpan.FromSeconds(random.Next(30, 900))),
        MedianResponse = Duration.FromTimeSpan(TimeSpan.FromMinutes(random.Next(1, 60))),
        NinetiethPercentileResponse = Duration.FromTimeSpan(TimeSpan.FromMinutes(random.Next(61, 600))),
        AnswerCount = random.Next(100),
    };

    private void ChangeRules()
    {
        var hours = new Calendar { Name = "calendars/hours", TimeZone = "Europe/Lisbon", Version = _catalog.Version + 1 };
        hours.WeeklyHours.Add(new WeeklyHours { StartTime = $"0{random.Next(7, 10)}:00", EndTime = $"{random.Next(17, 20)}:00", Days = { Weekday.Monday, Weekday.Wednesday, Weekday.Friday, Weekday.Saturday } });
        _catalog = ShopCatalog.With(
            [
                new Queue { Name = "queues/main", Match = random.Next(2) == 0 ? new QueueMatch() : null, Calendar = random.Next(2) == 0 ? "calendars/hours" : "" },
                new Queue { Name = "queues/vip", Rank = 1, Archived = random.Next(4) == 0 },
            ],
            random.Next(5) == 0 ? [] : [.. Enumerable.Range(0, random.Next(1, 3)).Select(Policy)],
            [hours],
            new RoutingSettings { LiveIdle = Duration.FromTimeSpan(TimeSpan.FromMinutes(random.Next(1, 60))) },
            new ExpectationSettings { TellRevisions = random.Next(2) == 0, Calendar = random.Next(2) == 0 ? "calendars/hours" : "" },
            _catalog);
    }

    private SlaPolicy Policy(int rank)
    {
        var policy = new SlaPolicy { Name = $"slaPolicies/p{rank}", Rank = rank, Version = _catalog.Version + 1, BotRepliesCount = random.Next(2) == 0, Calendar = "calendars/hours" };
        if (rank == 0 && random.Next(2) == 0) policy.Match = new SlaMatch { Priorities = { Priority.High, Priority.Urgent } };
        for (var metric = SlaMetric.FirstResponse; metric <= SlaMetric.Resolution; metric++)
        {
            if (random.Next(3) == 0 && policy.Targets.Count > 0) continue;
            var target = new SlaTarget { Metric = metric, Target = Duration.FromTimeSpan(TimeSpan.FromMinutes(random.Next(1, 600))), TimeBase = (SlaTimeBase)random.Next(1, 3) };
            if (random.Next(2) == 0) target.PauseStatuses.Add(ConversationStatus.Snoozed);
            policy.Targets.Add(target);
        }

        for (var i = random.Next(4); i > 0; i--)
        {
            var action = new SlaAction { On = random.Next(2) == 0 ? SlaNoticeKind.AtRisk : SlaNoticeKind.Breached };
            switch (random.Next(3))
            {
                case 0: action.RaisePriority = (Priority)random.Next(1, 5); break;
                case 1: action.MoveToQueue = random.Next(3) == 0 ? "queues/gone" : "queues/vip"; break;
                default: action.Notify = "lead"; break;
            }

            policy.Actions.Add(action);
        }

        return policy;
    }

    private Decision<ConversationChange> Start() => random.Next(2) == 0
        ? ConversationCore.Start(State, new()
        {
            Request = new()
            {
                Customer = "customers/carla", Channel = "web", Content = random.Next(4) > 0 ? Text : null, Tags = { "new" },
                Queue = random.Next(2) == 0 ? "" : "queues/main", Mode = random.Next(3) == 0 ? ConversationMode.Live : ConversationMode.Unspecified,
                PreferredAgent = random.Next(2) == 0 ? "" : "agents/ana", RequiredSkills = { new SkillRequirement { Skill = "returns" } },
            },
            LastAgent = random.Next(2) == 0 ? "" : "bo",
            CustomerTier = random.Next(2) == 0 ? "" : "gold",
        }, Callers.Integration, _catalog)
        : ConversationCore.Receive(State, new() { Customer = "carla", Request = new() { Channel = "web", Content = Text } }, _catalog);

    private static Content Text => new() { Text = "text" };

    private string Agent() => random.Next(2) == 0 ? "ana" : "bo";

    private Decision<ConversationChange> Command() => random.Next(26) switch
    {
        0 or 1 or 2 => ConversationCore.Receive(
            State, new() { Customer = "carla", CustomerTier = random.Next(3) == 0 ? "gold" : State.Summary.CustomerTier, Request = new() { Channel = "web", Content = Text } }, _catalog),
        3 or 4 => ConversationCore.Send(State, new() { Content = Text }, Callers.Agent(Agent())),
        5 => ConversationCore.Send(State, new() { Content = Text, KeepsStatus = random.Next(2) == 0 }, Callers.Integration),
        6 => ConversationCore.Send(State, new() { Content = Text, AuthorType = AuthorType.Customer }, Callers.Integration),
        7 => ConversationCore.AddNote(State, new() { Content = Text }, Callers.Agent("bo")),
        8 => ConversationCore.Assign(State, new() { Agent = $"agents/{Agent()}", IgnoreCapacity = random.Next(2) == 0 }, Callers.Admin),
        9 => ConversationCore.Transfer(State, new() { Agent = $"agents/{Agent()}", Note = "please" }, Callers.Admin, _catalog),
        10 => ConversationCore.Transfer(State, new() { Queue = random.Next(2) == 0 ? "queues/vip" : "queues/main", Note = random.Next(2) == 0 ? "" : "yours" }, Callers.Admin, _catalog),
        11 => ConversationCore.Release(State, Callers.Admin),
        12 => ConversationCore.Snooze(State, new() { UntilTime = Timestamp.FromDateTimeOffset(_now.AddMinutes(random.Next(1, 3_000))) }, Callers.Admin, _now),
        13 => ConversationCore.Resolve(State, Callers.Admin, _now.AddHours(random.Next(1, 100))),
        14 => ConversationCore.Reopen(State, Callers.Admin),
        15 or 16 or 17 => ConversationCore.AssignReserved(State, Reserved(), Callers.Admin, _now),
        18 => ConversationCore.ReturnToQueue(State, new()
        {
            Agent = State.Summary.Assignee, ConversationVersion = State.Version, Reason = random.Next(2) == 0 ? AssigneeChangeReason.NoRoom : AssigneeChangeReason.AgentAbsent,
        }),
        19 => ConversationCore.RequestCallback(State, new()
        {
            PhoneNumber = "+35121000000",
            Window = new() { StartTime = Timestamp.FromDateTimeOffset(_now.AddMinutes(random.Next(60))), EndTime = Timestamp.FromDateTimeOffset(_now.AddMinutes(random.Next(61, 3_000))) },
        }, Callers.Admin, _now),
        20 => ConversationCore.EndCallback(State, new() { Done = random.Next(2) == 0 }, Callers.Admin),
        21 => ConversationCore.StartLive(State, Callers.Admin, _catalog),
        22 => ConversationCore.EndLive(State, Callers.Admin),
        23 => ConversationCore.Update(State, new()
        {
            Conversation = new() { Priority = (Priority)random.Next(1, 5), PreferredAgent = $"agents/{Agent()}", RequiredSkills = { new SkillRequirement { Skill = "refunds", LevelMin = 3 } } },
            UpdateMask = new() { Paths = { "priority", "preferred_agent", "required_skills" } },
        }, Callers.Admin),
        24 => ConversationCore.MarkRead(State, new() { ReadVersion = State.Version }, Callers.Integration),
        _ => random.Next(10) == 0 ? ConversationCore.Erase(State, _now) : ConversationCore.Reopen(State, Callers.Admin),
    };

    private AssignReservedCommand Reserved()
    {
        var (agent, reservation) = (Agent(), $"r{random.Next()}");
        var isByHand = random.Next(3) == 0;
        return new AssignReservedCommand
        {
            Queue = State.Summary.Queue, Agent = agent, Reservation = reservation, TakeOver = isByHand,
            ExpireTime = Timestamp.FromDateTimeOffset(_now.AddSeconds(30)),
            Reason = isByHand ? AssigneeChangeReason.ByHand : AssigneeChangeReason.Routed,
            Decision = new RoutingDecision { Agent = $"agents/{agent}", Reservation = reservation },
            Transfer = isByHand ? new() { Agent = $"agents/{agent}", Note = "hand over" } : null,
        };
    }

    /// <summary>One commit.</summary>
    internal sealed record Line(
        ConversationState Before, DateTimeOffset At, Author Author, IReadOnlyList<ConversationEvent> Events,
        ConversationSummary Summary, ConversationDetails? Details, ConversationState After);
}
