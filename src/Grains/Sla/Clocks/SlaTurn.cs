using Engine.Grains.Sla.Policies;
using Engine.Internal.V1;
using Engine.V1;
using NodaTime;

namespace Engine.Grains.Sla.Clocks;

/// <summary>
/// One decision of <see cref="SlaCore"/> under way. Every step emits events and applies them at once, so that what is decided
/// and what a replay makes of it cannot differ.
/// </summary>
internal sealed class SlaTurn
{
    private readonly SlaCatalog _catalog;
    private readonly Instant _now;
    private readonly bool _passing;
    private readonly List<SlaEvent> _events = [];
    private SlaState _state;
    // Begun in this turn: set once their mode is known, so that the journal need not hold two settings of one instant.
    private readonly SlaClock?[] _begun = new SlaClock?[SlaMetrics.Count];

    public SlaTurn(SlaState state, SlaCatalog catalog, Instant now, bool passing = false)
    {
        _state = state;
        _catalog = catalog;
        _passing = passing;
        _now = passing ? now : Instant.Max(now, state.LastTime);
    }

    public SlaDecision Decision() => new(_passing ? _state : _state with { LastTime = _now }, _events);

    /// <summary>Tells everything due by now, in the order of the computed instants.</summary>
    public void TellDue()
    {
        while (true)
        {
            SlaClock? first = null;
            foreach (var clock in _state.Clocks)
            {
                if (clock?.NextDue is { } due && due <= _now && (first is null || due < first.NextDue)) first = clock;
            }

            if (first is null) return;
            var at = first.NextDue!.Value;
            if (first.AtRiskAt == at) Tell(first, SlaNoticeKind.AtRisk, at, Duration.Max(first.AtRiskAfter, first.Counted));
            else Tell(first, SlaNoticeKind.Breached, at, Duration.Max(first.Target!.Value, first.Counted));
        }
    }

    /// <summary>Chooses the policy anew; when other rules hold, what ran is settled by the old ones and computed by the new.</summary>
    public void ChooseRules(SlaMoment moment)
    {
        var subject = moment.Subject ?? _state.Subject;
        var changed = subject != _state.Subject;
        _state = _state with { Subject = subject };
        // What is resolved or closed has nothing to count; it is asked again when it is reopened.
        if (!SlaCore.IsLive(moment.Status ?? _state.Status)) return;
        var before = _state.Rules;
        var after = Chosen(_catalog, subject, before);
        if (after.Equals(before)) return;
        // Nothing promised before nor now: nothing to tell.
        if (before is null && after.Policy.Length == 0) return;

        var settled = new Duration[SlaMetrics.Count];
        foreach (var clock in _state.Clocks)
        {
            if (clock is { IsOwed: true }) settled[SlaMetrics.IndexOf(clock.Metric)] = Settle(clock);
        }

        Emit(new SlaEvent
        {
            RulesChanged = new SlaRulesChanged
            {
                From = before,
                To = after,
                Cause = CauseOf(before, after, changed),
                EffectiveTime = _now.ToTimestamp(),
            },
        });
        foreach (var clock in _state.Clocks)
        {
            if (clock is { IsOwed: true }) Set(clock, settled[SlaMetrics.IndexOf(clock.Metric)], _state.Status);
        }
    }

    /// <summary>What the message and the status begin, fulfil and cancel.</summary>
    public void Take(SlaMoment moment)
    {
        var status = moment.Status ?? _state.Status;
        switch (moment.Message)
        {
            case SlaMessage.Customer when IsOwed(SlaMetric.FirstResponse) || IsOwed(SlaMetric.NextResponse):
                break;
            case SlaMessage.Customer:
                Begin(_state.Answered ? SlaMetric.NextResponse : SlaMetric.FirstResponse);
                break;
            case SlaMessage.Person:
            case SlaMessage.Bot when _catalog.Policy(_state.Rules) is { BotRepliesCount: true }:
                Answer(status);
                break;
        }

        if (moment.Status is not { } to || to == _state.Status) return;
        var from = _state.Status;
        _state = _state with { Status = to };
        if (SlaCore.IsLive(to))
        {
            if (to != ConversationStatus.Pending && !IsOwed(SlaMetric.Resolution)) BeginResolution();
            // Who was told that all is done, and it is not, wants to hear of it again.
            if (from == ConversationStatus.Resolved && _state.Answered && !IsOwed(SlaMetric.PeriodicUpdate)) Begin(SlaMetric.PeriodicUpdate);
            return;
        }

        Fulfil(SlaMetric.Resolution);
        Cancel(SlaMetric.FirstResponse);
        Cancel(SlaMetric.NextResponse);
        Cancel(SlaMetric.PeriodicUpdate);
    }

    /// <summary>Sets every clock whose way of counting is no longer what it was.</summary>
    public void SetModes()
    {
        foreach (var metric in SlaMetrics.All)
        {
            var begun = _begun[SlaMetrics.IndexOf(metric)];
            if (begun is not null) Set(begun with { DeadlineId = begun.DeadlineId > 0 ? begun.DeadlineId : _state.LastDeadlineId + 1 }, begun.Counted, _state.Status);
            else if (_state.Clock(metric) is { IsOwed: true } clock && Changes(clock)) Set(clock, Settle(clock), _state.Status);
            _begun[SlaMetrics.IndexOf(metric)] = null;
        }
    }

    /// <summary>The rules that hold: those chosen now, unless the catalog is older than the one that chose before.</summary>
    public static SlaRules Chosen(SlaCatalog catalog, SlaSubject subject, SlaRules? before)
    {
        var chosen = catalog.Choose(subject);
        if (before is null) return chosen;
        // Another silo knew of a newer version already; to go back and forth would count nothing wrong, but tell nonsense.
        var isOlder = (chosen.Policy == before.Policy && chosen.PolicyVersion < before.PolicyVersion)
            || (chosen.Calendar == before.Calendar && chosen.CalendarVersion < before.CalendarVersion);
        return isOlder ? before : chosen;
    }

    private static SlaRulesCause CauseOf(SlaRules? before, SlaRules after, bool subjectChanged) =>
        before is null ? SlaRulesCause.Begin
        : subjectChanged && before.Policy != after.Policy ? SlaRulesCause.Conversation
        : before.Policy == after.Policy && before.PolicyVersion == after.PolicyVersion ? SlaRulesCause.Calendar
        : SlaRulesCause.Policy;

    private bool IsOwed(SlaMetric metric) =>
        _begun[SlaMetrics.IndexOf(metric)] is not null || _state.Clock(metric) is { IsOwed: true };

    private void Begin(SlaMetric metric, Duration counted = default) => _begun[SlaMetrics.IndexOf(metric)] = new SlaClock
    {
        Metric = metric,
        DeadlineId = 0,
        Mode = SlaClockMode.NoTarget,
        Begin = _now,
        Since = _now,
        Counted = counted,
    };

    private void BeginResolution()
    {
        var last = _state.Clock(SlaMetric.Resolution);
        // A promise that broke stays broken; one that was kept is a new one, toward which the time so far counts.
        if (last is { Breached: true }) _begun[SlaMetrics.IndexOf(SlaMetric.Resolution)] = last with { Since = _now };
        else Begin(SlaMetric.Resolution, last?.Counted ?? Duration.Zero);
    }

    private void Answer(ConversationStatus status)
    {
        Fulfil(SlaMetric.FirstResponse);
        Fulfil(SlaMetric.NextResponse);
        Fulfil(SlaMetric.PeriodicUpdate);
        if (!_state.Answered) Emit(new SlaEvent { Answered = new SlaAnswered() });
        if (SlaCore.IsLive(status)) Begin(SlaMetric.PeriodicUpdate);
    }

    private void Fulfil(SlaMetric metric) => End(metric, clock => clock.Breached ? SlaNoticeKind.MetLate : SlaNoticeKind.Met);

    private void Cancel(SlaMetric metric) => End(metric, _ => SlaNoticeKind.Cancelled);

    private void End(SlaMetric metric, Func<SlaClock, SlaNoticeKind> kind)
    {
        // Begun and ended in one instant (a conversation made closed): never owed.
        _begun[SlaMetrics.IndexOf(metric)] = null;
        if (_state.Clock(metric) is not { IsOwed: true } clock) return;
        var counted = Settle(clock);
        if (clock.Mode != SlaClockMode.NoTarget && !clock.Met) Tell(clock, kind(clock), _now, counted);
        Emit(_state.Clock(metric)! with
        {
            Mode = SlaClockMode.Ended,
            Since = _now,
            Counted = counted,
            AtRiskAt = null,
            DeadlineAt = null,
            Status = _state.Status,
        });
    }

    private bool Changes(SlaClock clock)
    {
        var mode = ModeOf(clock.Metric, _state.Status);
        return mode != clock.Mode || (mode == SlaClockMode.Paused && clock.Status != _state.Status);
    }

    private SlaClockMode ModeOf(SlaMetric metric, ConversationStatus status) =>
        _catalog.Policy(_state.Rules)?.Promise(metric) is not { } promise ? SlaClockMode.NoTarget
        : promise.Pauses(status) ? SlaClockMode.Paused
        : SlaClockMode.Running;

    /// <summary>How much has counted by now, by the rules under which it passed.</summary>
    private Duration Settle(SlaClock clock) => clock.Mode != SlaClockMode.Running
        ? clock.Counted
        : clock.Counted + (clock.BusinessTime ? _catalog.Calendar(_state.Rules!).BusinessTime(clock.Since, _now) : _now - clock.Since);

    /// <summary>Makes a clock go on from now by the rules and the status that hold.</summary>
    private void Set(SlaClock clock, Duration counted, ConversationStatus status)
    {
        var promise = _catalog.Policy(_state.Rules)?.Promise(clock.Metric);
        var mode = ModeOf(clock.Metric, status);
        Instant? atRisk = null, deadline = null;
        if (mode == SlaClockMode.Running)
        {
            if (!clock.Breached) deadline = After(promise!, promise!.Target - counted);
            if (!clock.Breached && !clock.AtRisk) atRisk = After(promise!, promise!.AtRisk - counted);
            // What is broken at once is no longer at risk.
            if (atRisk == deadline) atRisk = null;
        }

        Emit(clock with
        {
            Mode = mode,
            Since = _now,
            Counted = counted,
            Target = promise?.Target,
            BusinessTime = promise?.BusinessTime ?? false,
            AtRiskAfter = promise?.AtRisk ?? Duration.Zero,
            AtRiskAt = atRisk,
            DeadlineAt = deadline,
            Status = status,
        });
    }

    private Instant? After(SlaPromise promise, Duration left)
    {
        if (left <= Duration.Zero) return _now;
        return promise.BusinessTime ? _catalog.Calendar(_state.Rules!).Add(_now, left).OrNull : _now + left;
    }

    private void Tell(SlaClock clock, SlaNoticeKind kind, Instant at, Duration counted) => Emit(new SlaEvent
    {
        Notice = new SlaNotice
        {
            Kind = kind,
            Metric = clock.Metric,
            DeadlineId = clock.DeadlineId,
            EffectiveTime = at.ToTimestamp(),
            Counted = counted.ToProto(),
            Target = clock.Target?.ToProto(),
            Rules = _state.Rules,
        },
    });

    private void Emit(SlaClock clock) => Emit(new SlaEvent { ClockSet = clock.ToRecord() });

    private void Emit(SlaEvent e)
    {
        _state = SlaCore.Apply(_state, e);
        _events.Add(e);
    }
}
