using Engine.Grains.Sla.Calendars;
using Engine.Grains.Sla.Policies;
using Engine.Internal.V1;
using Engine.V1;
using NodaTime;

namespace Engine.Grains.Sla.Explaining;

/// <summary>One deadline, interval by interval.</summary>
internal sealed class SlaStory(SlaCatalog catalog, SlaClockRecord first)
{
    private readonly List<SlaInterval> _intervals = [];
    private readonly List<SlaNotice> _notices = [];
    private readonly Duration _carried = first.Counted.ToNoda();
    private SlaClockRecord? _clock;
    private SlaRules _rules = SlaCatalog.NoRules;
    private Duration _counted = first.Counted.ToNoda();

    public long DeadlineId { get; } = first.DeadlineId;

    /// <summary>Whether it ever had a target; otherwise nobody owed anything.</summary>
    public bool WasPromised { get; private set; }

    public void Add(SlaNotice notice) => _notices.Add(notice);

    /// <summary>The clock as it stands from an instant on.</summary>
    public void Set(SlaClockRecord clock, SlaRules? rules)
    {
        if (_clock is not null) Close(clock.SinceTime.ToInstant());
        (_clock, _rules) = (clock, rules ?? SlaCatalog.NoRules);
        WasPromised |= clock.Target is not null;
    }

    /// <summary>The deadline's explanation.</summary>
    /// <param name="at">Up to when; null: it ended, and another deadline followed.</param>
    public SlaDeadlineExplanation Tell(Instant? at, int intervalsMax)
    {
        if (at is { } now && _clock!.Mode != SlaClockMode.Ended) Close(now);
        var isRunning = at is not null && _clock!.Mode == SlaClockMode.Running;
        var told = new SlaDeadlineExplanation
        {
            Metric = first.Metric,
            DeadlineId = DeadlineId,
            Counted = _counted.ToProto(),
            Carried = _carried.ToProto(),
            Target = _clock!.Target,
            DeadlineTime = isRunning && !_notices.Exists(n => n.Kind == SlaNoticeKind.Breached) ? _clock.DeadlineTime : null,
            Truncated = _intervals.Count > intervalsMax,
        };
        told.Intervals.AddRange(told.Truncated ? Shorten(intervalsMax) : _intervals);
        told.Notices.AddRange(_notices);
        return told;
    }

    private void Close(Instant end)
    {
        var start = _clock!.SinceTime.ToInstant();
        if (start >= end) return;
        switch (_clock.Mode)
        {
            case SlaClockMode.Running when _clock.BusinessTime:
                CutByHours(start, end);
                break;
            case SlaClockMode.Running:
                Add(start, end, SlaIntervalReason.Counted);
                break;
            case SlaClockMode.Paused:
                Add(start, end, SlaIntervalReason.Status).Status = _clock.Status;
                break;
            case SlaClockMode.Ended:
                Add(start, end, SlaIntervalReason.Resolved);
                break;
            default:
                Add(start, end, SlaIntervalReason.NoTarget);
                break;
        }
    }

    private void CutByHours(Instant start, Instant end)
    {
        var calendar = catalog.Calendar(_rules);
        foreach (var open in calendar.OpenTimes(start, end))
        {
            AddClosed(calendar, start, open.Start);
            Add(open.Start, open.End, SlaIntervalReason.Counted);
            start = open.End;
        }

        AddClosed(calendar, start, end);
    }

    private void AddClosed(BusinessCalendar calendar, Instant start, Instant end)
    {
        if (start >= end) return;
        var why = calendar.WhyClosed(new Interval(start, end));
        Add(start, end, why.Reason).Detail = why.Name;
    }

    private SlaInterval Add(Instant start, Instant end, SlaIntervalReason reason)
    {
        var counted = reason == SlaIntervalReason.Counted ? end - start : Duration.Zero;
        _counted += counted;
        var interval = new SlaInterval
        {
            StartTime = start.ToTimestamp(),
            EndTime = end.ToTimestamp(),
            Reason = reason,
            Counted = counted.ToProto(),
            Rules = _rules,
        };
        _intervals.Add(interval);
        return interval;
    }

    /// <summary>The oldest become one, so that the newest are told in full.</summary>
    private IEnumerable<SlaInterval> Shorten(int intervalsMax)
    {
        var old = _intervals.Count - intervalsMax + 1;
        var counted = Duration.Zero;
        foreach (var interval in _intervals.Take(old)) counted += interval.Counted.ToNoda();
        yield return new SlaInterval
        {
            StartTime = _intervals[0].StartTime,
            EndTime = _intervals[old - 1].EndTime,
            Reason = SlaIntervalReason.Summary,
            Counted = counted.ToProto(),
        };
        foreach (var interval in _intervals.Skip(old)) yield return interval;
    }
}
