using Engine.Grains.Sla.Clocks;
using Engine.Grains.Sla.Policies;
using Engine.V1;

namespace Engine.Grains.Sla.Explaining;

/// <summary>
/// What policies and calendars would have made of recorded conversations. The very core that will decide decides here; only
/// the conversations are taken as they were, so how people would have hurried under other promises is not foretold.
/// </summary>
public static class SlaRehearsal
{
    private const int BreachesMax = 1_000;

    /// <summary>Lets conversations pass under rules that hold from their beginning.</summary>
    public static SlaDryRun Run(IEnumerable<SlaHistory> histories, SlaCatalog proposed)
    {
        ArgumentNullException.ThrowIfNull(histories);
        var result = new SlaDryRun();
        var lines = new SortedDictionary<string, SlaDryRunLine>(StringComparer.Ordinal);
        foreach (var history in histories)
        {
            result.ConversationCount++;
            foreach (var deadline in Pass(history, proposed))
            {
                Count(lines, deadline);
                if (deadline.Breach is not { } breach) continue;
                if (result.Breaches.Count < BreachesMax) result.Breaches.Add(new SlaDryRunBreach { Conversation = history.Conversation, Notice = breach });
                else result.BreachesLeftOut++;
            }
        }

        result.Lines.AddRange(lines.Values);
        return result;
    }

    private static List<Outcome> Pass(SlaHistory history, SlaCatalog proposed)
    {
        var outcomes = new SortedDictionary<long, Outcome>();
        var state = SlaState.None;
        foreach (var moment in history.Moments)
        {
            if (moment.Time > history.Until) break;
            state = Take(outcomes, SlaCore.Decide(state, moment, proposed));
        }

        Take(outcomes, SlaCore.Wake(state, history.Until));
        return [.. outcomes.Values];
    }

    private static SlaState Take(SortedDictionary<long, Outcome> outcomes, SlaDecision decision)
    {
        foreach (var e in decision.Events)
        {
            if (e.ClockSet is { Target: not null, Mode: not SlaClockMode.Ended } clock)
            {
                if (!outcomes.ContainsKey(clock.DeadlineId)) outcomes[clock.DeadlineId] = new Outcome { Metric = clock.Metric };
                outcomes[clock.DeadlineId].Policy = decision.State.Rules?.Policy ?? "";
            }
            else if (e.Notice is { } notice && outcomes.TryGetValue(notice.DeadlineId, out var outcome))
            {
                outcome.Take(notice);
            }
        }

        return decision.State;
    }

    private static void Count(SortedDictionary<string, SlaDryRunLine> lines, Outcome deadline)
    {
        var key = $"{deadline.Policy}\n{(int)deadline.Metric}";
        if (!lines.TryGetValue(key, out var line))
            lines[key] = line = new SlaDryRunLine { Policy = deadline.Policy, Metric = deadline.Metric };
        line.DeadlineCount++;
        if (deadline.IsAtRisk) line.AtRiskCount++;
        if (deadline.Breach is not null) line.BreachedCount++;
        else if (deadline.IsMet) line.MetCount++;
        else if (deadline.IsCancelled) line.CancelledCount++;
        else line.OpenCount++;
    }

    private sealed class Outcome
    {
        public required SlaMetric Metric { get; init; }

        public string Policy { get; set; } = "";

        public SlaNotice? Breach { get; private set; }

        public bool IsAtRisk { get; private set; }

        public bool IsMet { get; private set; }

        public bool IsCancelled { get; private set; }

        public void Take(SlaNotice notice)
        {
            switch (notice.Kind)
            {
                case SlaNoticeKind.AtRisk: IsAtRisk = true; break;
                case SlaNoticeKind.Breached: Breach = notice; break;
                case SlaNoticeKind.Met: IsMet = true; break;
                case SlaNoticeKind.Cancelled: IsCancelled = true; break;
            }
        }
    }
}
