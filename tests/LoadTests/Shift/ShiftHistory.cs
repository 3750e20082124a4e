using Engine.LoadTests.Shift.Observing;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;

namespace Engine.LoadTests.Tests.Shift;

/// <summary>Builds what a shift's events tell, with times in minutes from noon.</summary>
internal sealed class ShiftHistory
{
    public const string C1 = "conversations/c1";
    public const string C2 = "conversations/c2";
    public const string C3 = "conversations/c3";
    public const string Ada = "agents/ada";
    public const string Bob = "agents/bob";
    public const string Team = "queues/team";
    private readonly List<Event> _events = [];
    private readonly Dictionary<string, long> _versions = [];
    private readonly HashSet<(string, string)> _declined = [];
    private readonly Dictionary<string, Wishes> _wishes = [];

    public static DateTimeOffset Noon { get; } = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

    public List<SentMessage> Sent { get; } = [];

    public List<ToldExpectation> Told { get; } = [];

    public List<(string, string)>? ReadBack { get; set; }

    public SlaPolicy Policy { get; } = new()
    {
        Name = "slaPolicies/all",
        Targets =
        {
            new SlaTarget { Metric = SlaMetric.FirstResponse, Target = Duration.FromTimeSpan(TimeSpan.FromMinutes(100)), TimeBase = SlaTimeBase.Calendar },
            new SlaTarget { Metric = SlaMetric.NextResponse, Target = Duration.FromTimeSpan(TimeSpan.FromMinutes(50)), TimeBase = SlaTimeBase.Business },
            new SlaTarget { Metric = SlaMetric.Resolution, Target = Duration.FromTimeSpan(TimeSpan.FromMinutes(200)), PauseStatuses = { ConversationStatus.Snoozed } },
        },
    };

    public static DateTimeOffset At(double minute) => Noon + TimeSpan.FromMinutes(minute);

    public Verdict Judge(double end = 1_000) => ShiftObserver.Judge(new Evidence
    {
        Rules = new ShopRules
        {
            Queues = new Dictionary<string, Queue>
            {
                [Team] = new()
                {
                    Name = Team,
                    MatchLanguage = true,
                    RequiredSkills = { new SkillRequirement { Skill = "returns" } },
                    RelaxSteps = { new RelaxStep { After = Duration.FromTimeSpan(TimeSpan.FromMinutes(20)), DropSkills = { "returns" } } },
                },
            },
            Settings = new RoutingSettings { AsynchronousUnits = 10, LiveUnits = 20, CallbackUnits = 100, PendingPercent = 20, SnoozedPercent = 0 },
            Policies = [Policy],
            Hours = [(At(-60), At(300)), (At(360), At(2_000))],
        },
        Events = _events,
        End = At(end),
        Wishes = _wishes,
        Declined = _declined,
        Sent = Sent,
        Expectations = Told,
        ReadBack = ReadBack,
    });

    public ShiftHistory Agent(string name, double minute, Presence presence = Presence.Online, int capacity = 20, string skill = "returns", string language = "en")
    {
        var agent = new Agent
        {
            Name = name,
            CapacityUnits = capacity,
            Presence = presence,
            Queues = { Team },
            Languages = { language },
            Skills = { new Skill { Name = skill, Level = 5 } },
        };
        var e = New(name, minute, AuthorType.System);
        e.AgentEvents.Add(new AgentEvent { Changed = agent });
        return this;
    }

    public ShiftHistory Wish(string conversation, string language)
    {
        _wishes[conversation] = new Wishes(language, []);
        return this;
    }

    public ShiftHistory Declined(string conversation, string agent)
    {
        _declined.Add((conversation, agent));
        return this;
    }

    /// <summary>The customer writes; the first time it begins in the queue.</summary>
    public ShiftHistory Customer(string conversation, double minute, ConversationStatus? from = null, string text = "hello")
    {
        var isNew = !_versions.ContainsKey(conversation);
        var e = New(conversation, minute, AuthorType.Customer);
        if (isNew)
        {
            Add(e, new ConversationEvent { Started = new ConversationStarted { Channel = "web" } });
            Add(e, new ConversationEvent { QueueChanged = new QueueChanged { To = Team } });
        }

        Add(e, new ConversationEvent { Message = new Message { Kind = MessageKind.Message, Content = new Content { Text = text } } });
        if (isNew || from is not null) Add(e, Status(from ?? ConversationStatus.Unspecified, ConversationStatus.Open));
        return this;
    }

    public ShiftHistory Live(string conversation, double minute)
    {
        Add(New(conversation, minute, AuthorType.Customer), new ConversationEvent { ModeChanged = new ModeChanged { To = ConversationMode.Live } });
        return this;
    }

    public ShiftHistory Answer(string conversation, double minute, string text = "hi", AuthorType author = AuthorType.Agent)
    {
        var e = New(conversation, minute, author);
        Add(e, new ConversationEvent { Message = new Message { Kind = MessageKind.Message, Content = new Content { Text = text } } });
        if (author == AuthorType.Agent) Add(e, Status(ConversationStatus.Open, ConversationStatus.Pending));
        return this;
    }

    public ShiftHistory Change(string conversation, double minute, ConversationStatus from, ConversationStatus to, double? effective = null)
    {
        var status = Status(from, to);
        if (effective is { } at) status.StatusChanged.EffectiveTime = Timestamp.FromDateTimeOffset(At(at));
        Add(New(conversation, minute, AuthorType.Agent), status);
        return this;
    }

    public ShiftHistory Routed(string conversation, double minute, string to, string from = "", bool explained = true)
    {
        var e = New(conversation, minute, AuthorType.System);
        if (explained) Add(e, new ConversationEvent { Routed = new RoutingDecision { Agent = to } });
        Add(e, new ConversationEvent { AssigneeChanged = new AssigneeChanged { From = from, To = to, Reason = AssigneeChangeReason.Routed } });
        return this;
    }

    public ShiftHistory Released(string conversation, double minute, string from, AssigneeChangeReason reason)
    {
        Add(New(conversation, minute, AuthorType.System), new ConversationEvent { AssigneeChanged = new AssigneeChanged { From = from, Reason = reason } });
        return this;
    }

    public ShiftHistory Notice(
        string conversation, double minute, SlaMetric metric, SlaNoticeKind kind, double effective, long deadline = 1)
    {
        Add(New(conversation, minute, AuthorType.System), new ConversationEvent
        {
            SlaNotice = new SlaNotice { Kind = kind, Metric = metric, DeadlineId = deadline, EffectiveTime = Timestamp.FromDateTimeOffset(At(effective)) },
        });
        return this;
    }

    /// <summary>Leaves a version out, as a stream that skips would.</summary>
    public ShiftHistory Skip(string conversation)
    {
        _versions[conversation]++;
        return this;
    }

    /// <summary>Every event comes once more, as after a reconnect.</summary>
    public ShiftHistory Repeated()
    {
        _events.AddRange([.. _events]);
        return this;
    }

    private static ConversationEvent Status(ConversationStatus from, ConversationStatus to) =>
        new() { StatusChanged = new StatusChanged { From = from, To = to } };

    private static void Add(Event e, ConversationEvent what) => e.ConversationEvents.Add(what);

    private Event New(string resource, double minute, AuthorType author)
    {
        var version = _versions[resource] = _versions.GetValueOrDefault(resource) + 1;
        var e = new Event
        {
            Resource = resource,
            Version = version,
            CommitTime = Timestamp.FromDateTimeOffset(At(minute)),
            Author = new Author { Type = author },
        };
        _events.Add(e);
        return e;
    }
}
