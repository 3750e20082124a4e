using Engine.Grains.Sla;
using Engine.Grains.Sla.Clocks;
using Engine.Grains.Sla.Policies;
using Engine.V1;
using NodaTime;
using Duration = NodaTime.Duration;

namespace Engine.Grains.Tests.Sla.Support;

/// <summary>A random conversation under random rules that change under way. Everything happens on five minutes.</summary>
internal sealed record ClockCase(Instant Begin, Instant Until, IReadOnlyList<ClockStep> Steps, IReadOnlyList<Instant> Wakes)
{
    public static readonly Duration Slot = Duration.FromMinutes(5);

    private const int SlotsMax = 12 * 288;
    private static readonly string[] Queues = ["", "main", "vip"];
    private static readonly string[] Tiers = ["", "gold"];

    public static ClockCase Make(Random random)
    {
        var date = RandomCalendars.Date(random);
        var begin = date.AtStartOfDayInZone(DateTimeZone.Utc).ToInstant();
        var rules = ClockRules.Make(random, date);
        var subject = Subject(random);
        var status = ConversationStatus.Unspecified;
        var slot = random.Next(288);
        var steps = new List<ClockStep> { new(begin, rules, new SlaMoment(begin)) };
        for (var i = random.Next(2, 25); i > 0 && slot < SlotsMax && status != ConversationStatus.Closed; i--)
        {
            var at = begin + Slot * slot;
            if (steps.Count > 2 && random.Next(8) == 0)
            {
                rules = rules.Changed(random, date);
                steps.Add(new ClockStep(at, rules, new SlaMoment(at)));
            }
            else
            {
                var moment = Moment(random, at, status, ref subject);
                status = moment.Status ?? status;
                steps.Add(new ClockStep(at, null, moment));
            }

            slot += random.Next(3) switch { 0 => random.Next(4), 1 => random.Next(30), _ => random.Next(500) };
        }

        var until = begin + Slot * Math.Min(slot, SlotsMax);
        var wakes = new List<Instant>();
        for (var i = random.Next(6); i > 0; i--) wakes.Add(begin + Duration.FromSeconds(random.Next(SlotsMax * 300)));
        wakes.Sort();
        return new ClockCase(begin, until, steps, wakes);
    }

    /// <summary>Lets the core live through it.</summary>
    /// <param name="decided">After each decision: the state before, the moment (null: time alone), what was decided.</param>
    public SlaState Live(Action<SlaState, SlaMoment?, SlaDecision> decided, out SlaCatalog catalog)
    {
        var state = SlaState.None;
        catalog = SlaCatalog.Empty;
        var wake = 0;
        foreach (var step in Steps)
        {
            // As the reminder may tick at any time between.
            for (; wake < Wakes.Count && Wakes[wake] < step.At; wake++) state = Take(state, null, SlaCore.Wake(state, Wakes[wake]));
            if (step.Rules is { } rules) catalog = rules.Catalog(catalog);
            state = Take(state, step.Moment, SlaCore.Decide(state, step.Moment, catalog));
        }

        return Take(state, null, SlaCore.Wake(state, Until));

        SlaState Take(SlaState before, SlaMoment? moment, SlaDecision decision)
        {
            decided(before, moment, decision);
            return decision.State;
        }
    }

    public List<string> Notices()
    {
        var notices = new List<string>();
        Live((_, _, decision) => notices.AddRange(decision.Events.Where(e => e.Notice is not null).Select(e => Write(
            e.Notice.EffectiveTime.ToInstant(), e.Notice.Metric, e.Notice.Kind, e.Notice.DeadlineId,
            (long)e.Notice.Counted.ToNoda().TotalMinutes, (long)e.Notice.Target.ToNoda().TotalMinutes))), out _);
        return notices;
    }

    public static string Write(Instant at, SlaMetric metric, SlaNoticeKind kind, long id, long counted, long target) =>
        $"{at} {metric} {kind} #{id} {counted}/{target}";

    public IEnumerable<ClockCase> Smaller()
    {
        if (Wakes.Count > 0) yield return this with { Wakes = [] };
        for (var i = Steps.Count - 1; i > 0; i--) yield return this with { Steps = [.. Steps.Take(i), .. Steps.Skip(i + 1)] };
    }

    public override string ToString() => string.Join(Environment.NewLine, Steps.Select(s => s.ToString()).Append($"until {Until}"));

    private static SlaSubject Subject(Random random) => new(
        Queues[random.Next(Queues.Length)], "web", (Priority)random.Next(1, 5), Tiers[random.Next(Tiers.Length)]);

    private static SlaMoment Moment(Random random, Instant at, ConversationStatus status, ref SlaSubject subject)
    {
        var moment = new SlaMoment(at);
        if (status == ConversationStatus.Unspecified || random.Next(8) == 0)
        {
            subject = Subject(random);
            moment = moment with { Subject = subject };
        }

        var reply = status == ConversationStatus.Resolved ? ConversationStatus.Resolved : ConversationStatus.Pending;
        switch (status == ConversationStatus.Unspecified ? random.Next(3, 8) : random.Next(15))
        {
            case 0: return moment;
            case 1 or 2: return moment with { Message = SlaMessage.Person, Status = reply };
            case 3: return moment with { Message = SlaMessage.Person, Status = reply };
            case 4: return moment with { Message = SlaMessage.Bot, Status = reply };
            case 5 or 6 or 7 or 8: return moment with { Message = SlaMessage.Customer, Status = ConversationStatus.Open };
            case 9 when status is ConversationStatus.Open or ConversationStatus.Pending:
                return moment with { Status = ConversationStatus.Snoozed };
            case 10 or 11 when status is ConversationStatus.Snoozed or ConversationStatus.Pending or ConversationStatus.Resolved:
                return moment with { Status = ConversationStatus.Open };
            case 12 when status != ConversationStatus.Resolved: return moment with { Status = ConversationStatus.Resolved };
            case 13 when random.Next(4) == 0: return moment with { Status = ConversationStatus.Closed };
            default: return moment;
        }
    }
}
