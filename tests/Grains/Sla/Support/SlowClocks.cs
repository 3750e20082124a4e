using Engine.Grains.Sla;
using Engine.Grains.Sla.Clocks;
using Engine.Grains.Sla.Policies;
using Engine.V1;
using NodaTime;

namespace Engine.Grains.Tests.Sla.Support;

/// <summary>
/// Promises as they are meant: five minutes after five minutes, each clock that runs gets five more when they count, and says
/// when it has enough. No instant is ever computed ahead, so nothing has to be computed anew when anything changes.
/// </summary>
internal sealed class SlowClocks
{
    private readonly Dictionary<SlaMetric, Clock> _clocks = [];
    private readonly Dictionary<Calendar, SlowCalendar> _calendars = [];
    private readonly List<string> _notices = [];
    private ClockRules _rules = new([], []);
    private SlaPolicy? _policy;
    private Calendar? _hours;
    private SlaSubject _subject = SlaSubject.None;
    private ConversationStatus _status;
    private bool _answered;
    private long _lastId;

    private static bool IsDone(ConversationStatus status) =>
        status is ConversationStatus.Unspecified or ConversationStatus.Resolved or ConversationStatus.Closed;

    public List<string> Run(ClockCase c)
    {
        var next = 0;
        for (var now = c.Begin; now <= c.Until; now += ClockCase.Slot)
        {
            Look(now);
            for (; next < c.Steps.Count && c.Steps[next].At == now; next++)
            {
                if (c.Steps[next].Rules is { } rules) _rules = rules;
                ChooseRules(c.Steps[next].Moment);
                Look(now);
                Happen(c.Steps[next].Moment, now);
                foreach (var clock in InOrder().Where(clock => clock is { IsOwed: true, Id: 0 })) clock.Id = ++_lastId;
                Look(now);
            }

            foreach (var clock in InOrder())
            {
                if (Runs(clock) && (!IsBusiness(clock) || IsOpen(now))) clock.Minutes += 5;
            }
        }

        return _notices;
    }

    /// <summary>Tells what has enough.</summary>
    private void Look(Instant now)
    {
        foreach (var clock in InOrder())
        {
            if (!Runs(clock) || clock.IsBreached) continue;
            var target = TargetOf(clock);
            var percent = PromiseOf(clock)!.AtRiskPercent is > 0 and var own ? own : 80;
            if (clock.Minutes >= target)
            {
                clock.IsBreached = true;
                Tell(now, clock, SlaNoticeKind.Breached);
            }
            else if (clock.Minutes * 100 >= target * percent && !clock.IsAtRisk)
            {
                clock.IsAtRisk = true;
                Tell(now, clock, SlaNoticeKind.AtRisk);
            }
        }
    }

    private void ChooseRules(SlaMoment moment)
    {
        _subject = moment.Subject ?? _subject;
        if (IsDone(moment.Status ?? _status)) return;
        _policy = _rules.For(_subject);
        _hours = _rules.Calendars.FirstOrDefault(c => c.Name == _policy?.Calendar);
    }

    private void Happen(SlaMoment moment, Instant now)
    {
        var (before, after) = (_status, moment.Status ?? _status);
        var isReply = moment.Message == SlaMessage.Person || (moment.Message == SlaMessage.Bot && _policy is { BotRepliesCount: true });
        if (moment.Message == SlaMessage.Customer && !Owes(SlaMetric.FirstResponse) && !Owes(SlaMetric.NextResponse))
            Begin(_answered ? SlaMetric.NextResponse : SlaMetric.FirstResponse, 0);
        if (isReply)
        {
            Done(SlaMetric.FirstResponse, now);
            Done(SlaMetric.NextResponse, now);
            Done(SlaMetric.PeriodicUpdate, now);
            _answered = true;
            if (!IsDone(after)) Begin(SlaMetric.PeriodicUpdate, 0);
        }

        if (after == before) return;
        if (IsDone(after))
        {
            Done(SlaMetric.Resolution, now);
            Drop(SlaMetric.FirstResponse, now);
            Drop(SlaMetric.NextResponse, now);
            Drop(SlaMetric.PeriodicUpdate, now);
        }
        else
        {
            if (after != ConversationStatus.Pending && !Owes(SlaMetric.Resolution)) BeginResolution();
            if (before == ConversationStatus.Resolved && _answered && !Owes(SlaMetric.PeriodicUpdate)) Begin(SlaMetric.PeriodicUpdate, 0);
        }

        _status = after;
    }

    private void BeginResolution()
    {
        var last = _clocks.GetValueOrDefault(SlaMetric.Resolution);
        if (last is { IsBreached: true }) last.IsOwed = true;
        else Begin(SlaMetric.Resolution, last?.Minutes ?? 0);
    }

    private void Begin(SlaMetric metric, long minutes) => _clocks[metric] = new Clock { Metric = metric, Minutes = minutes, IsOwed = true };

    private void Done(SlaMetric metric, Instant now)
    {
        if (!Owes(metric)) return;
        var clock = _clocks[metric];
        if (PromiseOf(clock) is not null && !clock.IsMet)
        {
            clock.IsMet = true;
            Tell(now, clock, clock.IsBreached ? SlaNoticeKind.MetLate : SlaNoticeKind.Met);
        }

        clock.IsOwed = false;
    }

    private void Drop(SlaMetric metric, Instant now)
    {
        if (!Owes(metric)) return;
        if (PromiseOf(_clocks[metric]) is not null) Tell(now, _clocks[metric], SlaNoticeKind.Cancelled);
        _clocks[metric].IsOwed = false;
    }

    private bool Owes(SlaMetric metric) => _clocks.GetValueOrDefault(metric) is { IsOwed: true };

    private bool Runs(Clock clock) =>
        clock.IsOwed
        && PromiseOf(clock) is { } promise
        && !promise.PauseStatuses.Contains(_status)
        && !(clock.Metric == SlaMetric.Resolution && _status == ConversationStatus.Pending);

    private bool IsBusiness(Clock clock) => PromiseOf(clock)!.TimeBase != SlaTimeBase.Calendar;

    private bool IsOpen(Instant now)
    {
        if (!_calendars.TryGetValue(_hours!, out var slow)) _calendars[_hours!] = slow = new SlowCalendar(_hours!);
        return slow.IsOpen(now);
    }

    private SlaTarget? PromiseOf(Clock clock) => _policy?.Targets.FirstOrDefault(t => t.Metric == clock.Metric);

    private long TargetOf(Clock clock) => PromiseOf(clock)!.Target.Seconds / 60;

    private IEnumerable<Clock> InOrder() => SlaMetrics.All.Where(_clocks.ContainsKey).Select(metric => _clocks[metric]);

    private void Tell(Instant now, Clock clock, SlaNoticeKind kind) =>
        _notices.Add(ClockCase.Write(now, clock.Metric, kind, clock.Id, clock.Minutes, TargetOf(clock)));

    private sealed class Clock
    {
        public required SlaMetric Metric { get; init; }

        public long Id { get; set; }

        public long Minutes { get; set; }

        public bool IsOwed { get; set; }

        public bool IsAtRisk { get; set; }

        public bool IsBreached { get; set; }

        public bool IsMet { get; set; }
    }
}
