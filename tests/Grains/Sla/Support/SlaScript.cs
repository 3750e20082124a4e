using System.Globalization;
using Engine.Grains.Sla;
using Engine.Grains.Sla.Clocks;
using Engine.Grains.Sla.Policies;
using Engine.Internal.V1;
using Engine.V1;
using NodaTime;
using NodaTime.Text;
using NodaTime.TimeZones;
using Calendar = Engine.V1.Calendar;

namespace Engine.Grains.Tests.Sla.Support;

/// <summary>
/// An example as people write it down: hours and promises first, then what happens, line by line, with the notices expected
/// in between (<c>= first breached</c>). Times are local to the hours' zone; the day of the week is checked against the date.
/// </summary>
internal sealed class SlaScript
{
    private readonly List<SlaPolicy> _policies = [];
    private readonly List<(Instant At, string[] What)> _steps = [];
    private readonly List<string> _expected = [];
    private Calendar? _calendar;
    private DateTimeZone _zone = DateTimeZone.Utc;

    public SlaScript(string text)
    {
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length >= 4 && words[0].Length == 3 && words[1].Length == 10 && char.IsDigit(words[1][0])) AddStep(words);
            else Configure(words);
        }
    }

    public IReadOnlyList<string> Expected => [.. _expected.Order(StringComparer.Ordinal)];

    public BusinessWorld World => new(_calendar, _policies);

    /// <summary>The notices that came, as the script writes them.</summary>
    /// <param name="wakes">Whether time wakes the conversation when something is due; otherwise it is told whenever something happens.</param>
    public SlaScriptRun Run(bool wakes)
    {
        var world = World;
        var catalog = world.Catalog(SlaCatalog.Empty);
        var (state, subject) = (SlaState.None, SlaSubject.None);
        var events = new List<SlaEvent>();
        var moments = new List<SlaMoment>();
        foreach (var (at, what) in _steps)
        {
            if (wakes) state = WakeUntil(state, at, events);
            if (what[0] == "end")
            {
                Keep(SlaCore.Wake(state, at));
                continue;
            }

            if (what[0] == "change")
            {
                world.Change(what);
                catalog = world.Catalog(catalog);
            }

            var moment = MomentOf(at, what, state, ref subject);
            moments.Add(moment);
            Keep(SlaCore.Decide(state, moment, catalog));
        }

        return new SlaScriptRun(state, events, moments, catalog, Written(events));

        void Keep(SlaDecision decision)
        {
            state = decision.State;
            events.AddRange(decision.Events);
        }
    }

    private static SlaState WakeUntil(SlaState state, Instant at, List<SlaEvent> events)
    {
        while (state.NextDue is { } due && due <= at)
        {
            var decision = SlaCore.Wake(state, due);
            Assert.NotEmpty(decision.Events);
            events.AddRange(decision.Events);
            state = decision.State;
        }

        return state;
    }

    private List<string> Written(IEnumerable<SlaEvent> events) =>
    [
        .. events.Where(e => e.Notice is not null).Select(e => Write(
            e.Notice.EffectiveTime.ToInstant(), NameOf(e.Notice.Metric), NameOf(e.Notice.Kind))).Order(StringComparer.Ordinal),
    ];

    private static SlaMoment MomentOf(Instant at, string[] what, SlaState state, ref SlaSubject subject)
    {
        var moment = new SlaMoment(at);
        switch (what[0])
        {
            case "customer": return moment with { Message = SlaMessage.Customer, Status = ConversationStatus.Open, Subject = subject };
            case "agent": return moment with { Message = SlaMessage.Person, Status = Reply(state), Subject = subject };
            case "bot": return moment with { Message = SlaMessage.Bot, Status = Reply(state), Subject = subject };
            case "acknowledge" or "note" or "transfer" or "change": return moment;
            case "snooze": return moment with { Status = ConversationStatus.Snoozed };
            case "open" or "reopen" or "wake": return moment with { Status = ConversationStatus.Open };
            case "resolve": return moment with { Status = ConversationStatus.Resolved };
            case "close": return moment with { Status = ConversationStatus.Closed };
            case "queue": subject = subject with { Queue = what[1] }; break;
            case "tier": subject = subject with { Tier = what[1] }; break;
            case "priority": subject = subject with { Priority = Enum.Parse<Priority>(what[1], ignoreCase: true) }; break;
            case "channel": subject = subject with { Channel = what[1] }; break;
            default: throw new FormatException(string.Join(' ', what));
        }

        return moment with { Subject = subject };
    }

    private static ConversationStatus Reply(SlaState state) =>
        state.Status == ConversationStatus.Resolved ? ConversationStatus.Resolved : ConversationStatus.Pending;

    private void AddStep(string[] words)
    {
        var local = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm:ss")
            .Parse($"{words[1]} {(words[2].Length == 5 ? words[2] + ":00" : words[2])}").GetValueOrThrow();
        var day = local.DayOfWeek.ToString()[..3];
        Assert.True(words[0] == day, $"{words[1]} is a {day}.");
        var rest = words[3..];
        var isLater = rest[0] == "later";
        if (isLater) rest = rest[1..];
        var at = local.InZone(_zone, Resolvers.CreateMappingResolver(
            isLater ? Resolvers.ReturnLater : Resolvers.ReturnEarlier, Resolvers.ThrowWhenSkipped)).ToInstant();
        if (rest[0] == "=") _expected.Add(Write(at, rest[1], string.Join(' ', rest[2..])));
        else _steps.Add((at, rest));
    }

    private void Configure(string[] words)
    {
        switch (words[0])
        {
            case "hours" when _calendar is null:
                _calendar = new Calendar { Name = "calendars/hours", TimeZone = words[1], Version = 1 };
                _zone = DateTimeZoneProviders.Tzdb[words[1]];
                BusinessWorld.AddHours(_calendar, words[2..]);
                break;
            case "hours": BusinessWorld.AddHours(_calendar!, words[1..]); break;
            case "holiday": _calendar!.Holidays.Add(new Holiday { Date = words[1], DisplayName = string.Join(' ', words[2..]) }); break;
            case "closed": _calendar!.Closures.Add(new CalendarPeriod { StartTime = words[1], EndTime = words[2], DisplayName = string.Join(' ', words[3..]) }); break;
            case "extra": _calendar!.ExtraHours.Add(new CalendarPeriod { StartTime = words[1], EndTime = words[2] }); break;
            case "policy": AddPolicy(words); break;
            case "promise": BusinessWorld.AddPromise(Policy(), words[1..]); break;
            case "bots": Policy().BotRepliesCount = true; break;
            default: throw new FormatException(string.Join(' ', words));
        }
    }

    /// <summary>policy vip for queue vip, tier gold.</summary>
    private void AddPolicy(string[] words)
    {
        var policy = NewPolicy(words[1]);
        policy.Match = new SlaMatch();
        for (var i = 3; i + 1 < words.Length; i += 2)
        {
            switch (words[i])
            {
                case "queue": policy.Match.Queues.Add("queues/" + words[i + 1]); break;
                case "channel": policy.Match.Channels.Add(words[i + 1]); break;
                case "tier": policy.Match.CustomerTiers.Add(words[i + 1]); break;
                case "priority": policy.Match.Priorities.Add(Enum.Parse<Priority>(words[i + 1], ignoreCase: true)); break;
            }
        }
    }

    private SlaPolicy Policy() => _policies.Count > 0 ? _policies[^1] : NewPolicy("standard");

    private SlaPolicy NewPolicy(string name)
    {
        var policy = new SlaPolicy { Name = "slaPolicies/" + name, Version = 1, Rank = _policies.Count, Calendar = _calendar?.Name ?? "" };
        _policies.Add(policy);
        return policy;
    }

    private string Write(Instant at, string metric, string kind) => string.Create(
        CultureInfo.InvariantCulture, $"{at.InZone(_zone).ToString("uuuu-MM-dd HH:mm:ss.FFFFFFF o<m>", CultureInfo.InvariantCulture)} {metric} {kind}");

    public static string NameOf(SlaMetric metric) => metric switch
    {
        SlaMetric.FirstResponse => "first",
        SlaMetric.NextResponse => "next",
        SlaMetric.PeriodicUpdate => "update",
        _ => "resolution",
    };

    private static string NameOf(SlaNoticeKind kind) => kind switch
    {
        SlaNoticeKind.AtRisk => "at risk",
        SlaNoticeKind.Breached => "breached",
        SlaNoticeKind.Met => "met",
        SlaNoticeKind.MetLate => "met late",
        _ => "cancelled",
    };
}
