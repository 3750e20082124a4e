using System.Globalization;
using Engine.LoadTests.Shift.Observing;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;
using Calendar = Engine.V1.Calendar;

namespace Engine.LoadTests.Shift.Shop;

/// <summary>The shop of a Black Friday: teams, hours, promises, people. The observer knows it from here.</summary>
internal sealed record ShopPlan
{
    public const string General = "queues/general";
    public const string Payments = "queues/payments";
    public const string Chat = "queues/chat";
    public const string PaymentsSkill = "payments";
    public const string ReturnsSkill = "returns";
    private const string CalendarName = "calendars/shop";
    private const int PendingPercentUsual = 20;
    private static readonly string[] LanguagesOnly = ["pt", "it", "nl", "id"];
    private static readonly int[] Capacities = [40, 30, 50, 60, 30, 70];

    public required Calendar Calendar { get; init; }

    public required IReadOnlyList<Queue> Queues { get; init; }

    public required IReadOnlyList<SlaPolicy> Policies { get; init; }

    public required RoutingSettings Settings { get; init; }

    public required IReadOnlyList<Agent> Agents { get; init; }

    public required ShopRules Rules { get; init; }

    /// <param name="agents">How many.</param>
    /// <param name="begin">When the shift begins.</param>
    /// <param name="hours">How long it lasts; the shop stays open for some hours more, as long as there is work.</param>
    public static ShopPlan BlackFriday(int agents, DateTimeOffset begin, TimeSpan hours, int? pendingPercent = null)
    {
        var open = Minute(begin - TimeSpan.FromHours(1));
        var close = Minute(begin + hours + TimeSpan.FromHours(12));
        // Nobody is there for a while: what is promised in business time stands still meanwhile.
        var drillBegin = Minute(begin + hours * 0.45);
        var drillEnd = drillBegin + TimeSpan.FromMinutes(hours.TotalMinutes >= 120 ? 20 : 5);
        var queues = MakeQueues();
        var settings = new RoutingSettings
        {
            AsynchronousUnits = 10,
            LiveUnits = 20,
            CallbackUnits = 30,
            ChannelUnits = { ["email"] = 8, ["instagram"] = 12 },
            PendingPercent = pendingPercent ?? PendingPercentUsual,
            SnoozedPercent = 0,
            AbsenceGrace = Duration.FromTimeSpan(TimeSpan.FromMinutes(2)),
            LiveIdle = Duration.FromTimeSpan(TimeSpan.FromMinutes(30)),
            DisconnectGrace = Duration.FromTimeSpan(TimeSpan.FromMinutes(5)),
        };
        var policies = MakePolicies();
        return new ShopPlan
        {
            Calendar = new Calendar
            {
                Name = CalendarName,
                DisplayName = "Black Friday",
                TimeZone = "Etc/UTC",
                ExtraHours = { Period(open, close, "Black Friday") },
                Closures = { Period(drillBegin, drillEnd, "Fire drill") },
            },
            Queues = queues,
            Policies = policies,
            Settings = settings,
            Agents = [.. Enumerable.Range(0, agents).Select(MakeAgent)],
            Rules = new ShopRules
            {
                Queues = queues.ToDictionary(q => q.Name, StringComparer.Ordinal),
                Settings = settings,
                Policies = [.. policies.OrderBy(p => p.Rank)],
                Hours = [(open, drillBegin), (drillEnd, close)],
            },
        };
    }

    private static List<Queue> MakeQueues() =>
    [
        new()
        {
            Name = Chat,
            DisplayName = "Live chat",
            Rank = 10,
            AgentChoice = RoutingRule.MostSpareShare,
            MatchLanguage = true,
            RelaxSteps = { new RelaxStep { After = Minutes(2), DropAllSkills = true, AlsoQueues = { General } } },
            Calendar = CalendarName,
        },
        new()
        {
            Name = Payments,
            DisplayName = "Payments",
            Rank = 20,
            AgentChoice = RoutingRule.MostSpare,
            OfferTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(90)),
            RequiredSkills = { new SkillRequirement { Skill = PaymentsSkill, LevelMin = 3 } },
            MatchLanguage = true,
            RelaxSteps = { new RelaxStep { After = Minutes(30), DropSkills = { PaymentsSkill }, AlsoQueues = { General } } },
            Calendar = CalendarName,
        },
        .. LanguagesOnly.Select((language, i) => new Queue
        {
            Name = QueueOf(language),
            DisplayName = $"Customers who write {language}",
            Rank = 30 + i,
            AgentChoice = i % 2 == 0 ? RoutingRule.RoundRobin : RoutingRule.MostSpare,
            Match = new QueueMatch { Languages = { language } },
            MatchLanguage = true,
            PreferredWait = Minutes(3),
            RelaxSteps =
            {
                new RelaxStep { After = Minutes(4), DropSkills = { ReturnsSkill } },
                new RelaxStep { After = Minutes(60), DropLanguage = true, AlsoQueues = { General } },
            },
            Calendar = CalendarName,
        }),
        new()
        {
            Name = General,
            DisplayName = "Everything else",
            Rank = 100,
            AgentChoice = RoutingRule.MostSpare,
            Match = new QueueMatch(),
            MatchLanguage = true,
            RelaxSteps = { new RelaxStep { After = Minutes(4), DropSkills = { ReturnsSkill } } },
            Calendar = CalendarName,
        },
    ];

    private static List<SlaPolicy> MakePolicies() =>
    [
        new()
        {
            Name = "slaPolicies/pressing",
            Rank = 10,
            Match = new SlaMatch { Queues = { Payments, Chat } },
            Targets =
            {
                new SlaTarget { Metric = SlaMetric.FirstResponse, Target = Minutes(15), TimeBase = SlaTimeBase.Calendar },
                new SlaTarget { Metric = SlaMetric.NextResponse, Target = Minutes(15), TimeBase = SlaTimeBase.Calendar },
                new SlaTarget
                {
                    Metric = SlaMetric.Resolution,
                    Target = Minutes(40),
                    TimeBase = SlaTimeBase.Calendar,
                    PauseStatuses = { ConversationStatus.Snoozed },
                },
            },
            Actions = { new SlaAction { On = SlaNoticeKind.AtRisk, RaisePriority = Priority.High } },
        },
        new()
        {
            Name = "slaPolicies/usual",
            Rank = 100,
            Calendar = CalendarName,
            AtRiskPercent = 75,
            Targets =
            {
                new SlaTarget { Metric = SlaMetric.FirstResponse, Target = Minutes(20), TimeBase = SlaTimeBase.Business },
                new SlaTarget { Metric = SlaMetric.NextResponse, Target = Minutes(20), TimeBase = SlaTimeBase.Calendar },
                new SlaTarget { Metric = SlaMetric.Resolution, Target = Minutes(45), TimeBase = SlaTimeBase.Business },
            },
            Actions =
            {
                new SlaAction { On = SlaNoticeKind.AtRisk, Metrics = { SlaMetric.FirstResponse, SlaMetric.NextResponse }, RaisePriority = Priority.High },
                new SlaAction { On = SlaNoticeKind.Breached, RaisePriority = Priority.Urgent },
                new SlaAction { On = SlaNoticeKind.Breached, Notify = "late" },
            },
        },
    ];

    // Of every five agents one writes each of the other languages, beside English; every skill occurs with every language.
    private static Agent MakeAgent(int number)
    {
        var agent = new Agent
        {
            DisplayName = string.Create(CultureInfo.InvariantCulture, $"Agent {number}"),
            CapacityUnits = Capacities[number % Capacities.Length],
            Languages = { "en" },
            Queues = { General },
        };
        if (number % 5 < LanguagesOnly.Length)
        {
            agent.Languages.Add(LanguagesOnly[number % 5]);
            agent.Queues.Add(QueueOf(LanguagesOnly[number % 5]));
        }

        if (number % 2 == 0) agent.Skills.Add(new Skill { Name = ReturnsSkill, Level = 1 + number % 9 });
        if (number % 3 == 0)
        {
            agent.Skills.Add(new Skill { Name = PaymentsSkill, Level = 3 + number % 5 });
            agent.Queues.Add(Payments);
        }

        if (number % 4 == 1) agent.Queues.Add(Chat);
        if (number % 11 == 10) agent.Channels.AddRange(["email", "web", "sms"]);
        return agent;
    }

    private static string QueueOf(string language) => $"queues/lang-{language}";

    private static Duration Minutes(int minutes) => Duration.FromTimeSpan(TimeSpan.FromMinutes(minutes));

    private static DateTimeOffset Minute(DateTimeOffset instant) =>
        instant.AddTicks(-(instant.Ticks % TimeSpan.TicksPerMinute)).ToUniversalTime();

    private static CalendarPeriod Period(DateTimeOffset from, DateTimeOffset to, string why) =>
        new() { StartTime = Local(from), EndTime = Local(to), DisplayName = why };

    private static string Local(DateTimeOffset instant) => instant.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);
}
