using Engine.Grains.Sla;
using Engine.Grains.Sla.Policies;
using Engine.V1;
using NodaTime;
using Duration = NodaTime.Duration;

namespace Engine.Grains.Tests.Sla.Support;

/// <summary>Random policies and calendars.</summary>
internal sealed record ClockRules(IReadOnlyList<SlaPolicy> Policies, IReadOnlyList<Calendar> Calendars)
{
    private static readonly string[] Names = ["calendars/a", "calendars/b"];

    public static ClockRules Make(Random random, LocalDate around)
    {
        var zone = RandomCalendars.Zone(random);
        var calendars = new List<Calendar>();
        foreach (var name in Names)
        {
            var calendar = RandomCalendars.Make(random, zone, around);
            calendar.Name = name;
            calendars.Add(calendar);
        }

        var policies = new List<SlaPolicy>();
        for (var i = random.Next(4); i > 0; i--) policies.Add(Policy(random, $"slaPolicies/{i}", 1));
        return new ClockRules(policies, calendars);
    }

    public SlaCatalog Catalog(SlaCatalog before)
    {
        var made = before.With(Policies, Calendars);
        return made.Change ?? throw new InvalidOperationException(made.Rejection?.ToString());
    }

    public ClockRules Changed(Random random, LocalDate around)
    {
        var policies = Policies.ToList();
        var calendars = Calendars.ToList();
        switch (random.Next(4))
        {
            case 0:
                var i = random.Next(calendars.Count);
                var made = RandomCalendars.Make(random, calendars[i].TimeZone, around);
                (made.Name, made.Version) = (calendars[i].Name, calendars[i].Version + 1);
                calendars[i] = made;
                break;
            case 1 when policies.Count > 0:
                policies.RemoveAt(random.Next(policies.Count));
                break;
            case 2 or 3 when policies.Count > 0:
                var j = random.Next(policies.Count);
                policies[j] = Policy(random, policies[j].Name, policies[j].Version + 1);
                break;
            default:
                // A name of its own: one that comes back begins with a higher version in the engine, too.
                policies.Add(Policy(random, $"slaPolicies/{random.Next(1_000_000)}", 1));
                break;
        }

        return new ClockRules(policies, calendars);
    }

    /// <summary>The first that matches, as the contract says.</summary>
    public SlaPolicy? For(SlaSubject subject) => Policies.OrderBy(p => p.Rank).ThenBy(p => p.Name, StringComparer.Ordinal).FirstOrDefault(p =>
        (p.Match.Queues.Count == 0 || p.Match.Queues.Contains("queues/" + subject.Queue))
        && (p.Match.Priorities.Count == 0 || p.Match.Priorities.Contains(subject.Priority))
        && (p.Match.CustomerTiers.Count == 0 || p.Match.CustomerTiers.Contains(subject.Tier)));

    private static SlaPolicy Policy(Random random, string name, long version)
    {
        var policy = new SlaPolicy
        {
            Name = name,
            Version = version,
            Rank = random.Next(3),
            Calendar = Names[random.Next(Names.Length)],
            BotRepliesCount = random.Next(3) == 0,
            Match = new SlaMatch(),
        };
        if (random.Next(4) == 0) policy.Match.Queues.Add("queues/vip");
        if (random.Next(4) == 0) policy.Match.Priorities.Add([Priority.High, Priority.Urgent]);
        if (random.Next(5) == 0) policy.Match.CustomerTiers.Add("gold");
        foreach (var metric in SlaMetrics.All)
        {
            if (random.Next(4) > 0 || policy.Targets.Count == 0) policy.Targets.Add(Target(random, metric));
        }

        return policy;
    }

    // A fifth of 25 minutes is five: what is at risk is so on five minutes too.
    private static SlaTarget Target(Random random, SlaMetric metric)
    {
        var target = new SlaTarget
        {
            Metric = metric,
            Target = Duration.FromMinutes(25 * random.Next(1, random.Next(2) == 0 ? 10 : 80)).ToProto(),
            TimeBase = random.Next(3) == 0 ? SlaTimeBase.Calendar : SlaTimeBase.Unspecified,
            AtRiskPercent = 20 * random.Next(5),
        };
        if (random.Next(3) == 0) target.PauseStatuses.Add(ConversationStatus.Pending);
        if (random.Next(3) == 0) target.PauseStatuses.Add(ConversationStatus.Snoozed);
        return target;
    }
}
