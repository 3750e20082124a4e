using Engine.Grains.Sla.Policies;
using Engine.Internal.V1;
using Engine.V1;
using NodaTime;

namespace Engine.Grains.Sla.Clocks;

/// <summary>
/// The promises of a conversation as a state machine: who waits for what, how much time has counted, and when a promise
/// breaks.
/// <para>
/// The naive clock keeps a deadline and moves it whenever something changes; soon nobody can say why it stands where it does,
/// and a policy that is changed under way makes it wrong in one direction or the other. Here a clock keeps how much time has
/// counted so far, and since when it runs. Whatever changes the way time counts - status, policy, calendar - first settles
/// what has passed by the rules under which it passed, and only then computes the instants ahead by the new ones. So time
/// counted stays counted, a deadline is always the first instant by which the target has counted, and each interval can be
/// explained by one version of the rules.
/// </para>
/// <para>
/// Events hold what was computed, so a replay needs neither policies nor calendars. AT_RISK and BREACHED carry the computed
/// instant, however late they are noticed: whatever comes later tells first what was due before it. A promise is met strictly
/// before its instant, so a reply and a timer at the same instant agree in whichever order they come. A deadline's id stays
/// when its rules change: it is told to be at risk, breached and met once, whatever happens to it.
/// </para>
/// Pure: no clock, no I/O, no chance.
/// </summary>
public static class SlaCore
{
    /// <summary>What a commit of the conversation does to its promises.</summary>
    /// <param name="state">The promises before.</param>
    /// <param name="moment">The commit; only a time: the rules may have changed.</param>
    /// <param name="catalog">The rules in force, and those by which the conversation counted until now.</param>
    /// <exception cref="KeyNotFoundException">The catalog lacks the version by which the conversation counts; see <see cref="SlaCatalog.Holds"/>.</exception>
    public static SlaDecision Decide(SlaState state, SlaMoment moment, SlaCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(moment);
        ArgumentNullException.ThrowIfNull(catalog);
        var turn = new SlaTurn(state, catalog, moment.Time);
        turn.TellDue();
        turn.ChooseRules(moment);
        turn.TellDue();
        turn.Take(moment);
        turn.SetModes();
        turn.TellDue();
        return turn.Decision();
    }

    /// <summary>What time alone does: everything due by now is told, with its exact instant. Needs no catalog.</summary>
    public static SlaDecision Wake(SlaState state, Instant now)
    {
        ArgumentNullException.ThrowIfNull(state);
        var turn = new SlaTurn(state, SlaCatalog.Empty, now, passing: true);
        turn.TellDue();
        return turn.Decision();
    }

    /// <summary>Whether other rules hold for a conversation than those it counts by, so that it must be decided anew.</summary>
    public static bool IsOutdated(SlaState state, SlaCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(catalog);
        return IsLive(state.Status) && !SlaTurn.Chosen(catalog, state.Subject, state.Rules).Equals(state.Rules ?? SlaCatalog.NoRules);
    }

    /// <summary>The promises after a recorded commit.</summary>
    /// <param name="state">The promises before.</param>
    /// <param name="moment">The commit; null: time alone.</param>
    /// <param name="events">What was recorded with it.</param>
    public static SlaState Apply(SlaState state, SlaMoment? moment, IEnumerable<SlaEvent> events)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(events);
        foreach (var e in events) state = Apply(state, e);
        if (moment is null) return state;
        return state with
        {
            Subject = moment.Subject ?? state.Subject,
            Status = moment.Status ?? state.Status,
            LastTime = Instant.Max(state.LastTime, moment.Time),
        };
    }

    internal static bool IsLive(ConversationStatus status) =>
        status is not (ConversationStatus.Unspecified or ConversationStatus.Resolved or ConversationStatus.Closed);

    internal static SlaState Apply(SlaState state, SlaEvent e)
    {
        switch (e.EventCase)
        {
            case SlaEvent.EventOneofCase.RulesChanged:
                return state with { Rules = e.RulesChanged.To };
            case SlaEvent.EventOneofCase.ClockSet:
                return state with
                {
                    Clocks = state.Clocks.SetItem(SlaMetrics.IndexOf(e.ClockSet.Metric), SlaClock.Of(e.ClockSet)),
                    LastDeadlineId = Math.Max(state.LastDeadlineId, e.ClockSet.DeadlineId),
                };
            case SlaEvent.EventOneofCase.Notice:
                var index = SlaMetrics.IndexOf(e.Notice.Metric);
                return state.Clocks[index] is { } clock
                    ? state with { Clocks = state.Clocks.SetItem(index, Told(clock, e.Notice.Kind)), LastTime = Instant.Max(state.LastTime, e.Notice.EffectiveTime.ToInstant()) }
                    : state;
            case SlaEvent.EventOneofCase.Answered:
                return state with { Answered = true };
            default:
                // Written by a newer release during a rolling upgrade.
                return state;
        }
    }

    private static SlaClock Told(SlaClock clock, SlaNoticeKind kind) => kind switch
    {
        SlaNoticeKind.AtRisk => clock with { AtRisk = true, AtRiskAt = null },
        SlaNoticeKind.Breached => clock with { Breached = true, AtRiskAt = null, DeadlineAt = null },
        SlaNoticeKind.Met or SlaNoticeKind.MetLate => clock with { Met = true },
        _ => clock,
    };
}
