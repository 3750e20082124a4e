using System.Collections.Frozen;
using System.Collections.Immutable;
using Engine.V1;
using NodaTime;

namespace Engine.Grains.Sla.Calendars;

/// <summary>
/// A calendar's hours as a set of local times, whatever the zone. Days are numbered from the first of January 1970.
/// </summary>
internal sealed class LocalHours
{
    public const long TicksPerMinute = NodaConstants.TicksPerMinute;
    public const long TicksPerDay = NodaConstants.TicksPerDay;
    public const int MinutesPerDay = NodaConstants.MinutesPerDay;

    private static readonly LocalDate Epoch = new(1970, 1, 1);

    // By day of the week, Monday first: what begins on it, and may run into the day after (minutes above 1,440).
    private readonly ImmutableArray<MinuteSpan>[] _beginning;
    // By day of the week: what is open on it in a week without anything special.
    private readonly ImmutableArray<MinuteSpan>[] _usual = new ImmutableArray<MinuteSpan>[7];
    private readonly FrozenDictionary<long, string> _holidays;
    private readonly FrozenDictionary<(int Month, int Day), string> _yearly;
    private readonly ImmutableArray<LocalPeriod> _closures;
    private readonly ImmutableArray<LocalPeriod> _extras;
    // Days of one-off holidays, closures and extra hours, merged and in order: first day, last day.
    private readonly ImmutableArray<(long First, long Last)> _special;

    public LocalHours(
        ImmutableArray<MinuteSpan>[] beginning,
        IReadOnlyDictionary<long, string> holidays,
        IReadOnlyDictionary<(int Month, int Day), string> yearly,
        IEnumerable<LocalPeriod> closures,
        IEnumerable<LocalPeriod> extras)
    {
        _beginning = beginning;
        _holidays = holidays.ToFrozenDictionary();
        _yearly = yearly.ToFrozenDictionary();
        _closures = [.. closures.OrderBy(p => p.Start)];
        _extras = [.. extras.OrderBy(p => p.Start)];
        for (var weekday = 0; weekday < 7; weekday++)
        {
            _usual[weekday] = Union([.. Begin(weekday), .. RunOn((weekday + 6) % 7)]);
            foreach (var span in _usual[weekday]) TicksPerWeek += (span.End - span.Start) * TicksPerMinute;
        }

        _special = Merge(_holidays.Keys.Select(day => (day, day + 1))
            .Concat(_closures.Concat(_extras).Select(p => (p.Start / MinutesPerDay, (p.End - 1) / MinutesPerDay))));
    }

    /// <summary>Open ticks of a week without anything special.</summary>
    public long TicksPerWeek { get; }

    public static long DayOf(long localTicks) => (localTicks >= 0 ? localTicks : localTicks - (TicksPerDay - 1)) / TicksPerDay;

    public static long DayOf(LocalDate date) => Period.DaysBetween(Epoch, date);

    public static LocalDate DateOf(long day) => Epoch.PlusDays((int)day);

    /// <summary>0: Monday.</summary>
    public static int WeekdayOf(long day) => (int)(((day + 3) % 7 + 7) % 7);

    public bool IsOpen(long localTicks)
    {
        var day = DayOf(localTicks);
        var minute = (localTicks - day * TicksPerDay) / TicksPerMinute;
        foreach (var span in On(day))
        {
            if (span.Start <= minute && minute < span.End) return true;
        }

        return false;
    }

    /// <summary>What is open on a day, in order, nothing touching.</summary>
    public ImmutableArray<MinuteSpan> On(long day) =>
        IsSpecial(day) ? Compose(day) : _usual[WeekdayOf(day)];

    /// <summary>The first day, this one or later, that may differ from its weekday.</summary>
    public long NextSpecialDay(long day)
    {
        var next = long.MaxValue;
        var at = FirstNotBefore(day);
        if (at < _special.Length) next = Math.Max(day, _special[at].First);
        if (_yearly.Count == 0 || next == day) return next;
        // The day after a holiday may lack what runs on from it.
        if (HolidayOn(day - 1) is not null) return day;
        var year = DateOf(day).Year;
        foreach (var (month, monthDay) in _yearly.Keys)
        {
            // The 29th of February comes again after at most eight years.
            for (var y = year; y <= year + 8; y++)
            {
                if (monthDay > CalendarSystem.Iso.GetDaysInMonth(y, month)) continue;
                var holiday = DayOf(new LocalDate(y, month, monthDay));
                if (holiday < day) continue;
                next = Math.Min(next, holiday);
                break;
            }
        }

        return next;
    }

    /// <summary>The holiday or closure that touches a stretch of local ticks, if any.</summary>
    public ClosedReason? Special(long from, long to)
    {
        foreach (var closure in _closures)
        {
            if (closure.Start * TicksPerMinute >= to) break;
            if (closure.End * TicksPerMinute > from) return new ClosedReason(SlaIntervalReason.Closure, closure.Name);
        }

        for (var day = DayOf(from); day * TicksPerDay < to; day++)
        {
            if (HolidayOn(day) is { } name) return new ClosedReason(SlaIntervalReason.Holiday, name);
        }

        return null;
    }

    private string? HolidayOn(long day)
    {
        if (_holidays.TryGetValue(day, out var name)) return name;
        if (_yearly.Count == 0) return null;
        var date = DateOf(day);
        return _yearly.TryGetValue((date.Month, date.Day), out name) ? name : null;
    }

    private bool IsSpecial(long day)
    {
        var at = FirstNotBefore(day);
        return (at < _special.Length && _special[at].First <= day)
            || (_yearly.Count > 0 && (HolidayOn(day) is not null || HolidayOn(day - 1) is not null));
    }

    /// <summary>The first special stretch that ends on the day or later.</summary>
    private int FirstNotBefore(long day)
    {
        int low = 0, high = _special.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_special[middle].Last < day) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private ImmutableArray<MinuteSpan> Compose(long day)
    {
        var spans = new List<MinuteSpan>();
        if (HolidayOn(day) is null)
        {
            spans.AddRange(Begin(WeekdayOf(day)));
            if (HolidayOn(day - 1) is null) spans.AddRange(RunOn(WeekdayOf(day - 1)));
        }

        foreach (var extra in _extras)
        {
            if (Clip(extra, day) is { } span) spans.Add(span);
        }

        var open = Union(spans);
        foreach (var closure in _closures)
        {
            if (Clip(closure, day) is { } span) open = Without(open, span);
        }

        return open;
    }

    private IEnumerable<MinuteSpan> Begin(int weekday) => _beginning[weekday]
        .Select(span => span with { End = Math.Min(span.End, MinutesPerDay) });

    private IEnumerable<MinuteSpan> RunOn(int weekday) => _beginning[weekday]
        .Where(span => span.End > MinutesPerDay)
        .Select(span => new MinuteSpan(0, span.End - MinutesPerDay));

    private static MinuteSpan? Clip(LocalPeriod period, long day)
    {
        var start = Math.Max(period.Start - day * MinutesPerDay, 0);
        var end = Math.Min(period.End - day * MinutesPerDay, MinutesPerDay);
        return start < end ? new MinuteSpan((int)start, (int)end) : null;
    }

    private static ImmutableArray<MinuteSpan> Union(List<MinuteSpan> spans)
    {
        spans.Sort((a, b) => a.Start.CompareTo(b.Start));
        var merged = ImmutableArray.CreateBuilder<MinuteSpan>(spans.Count);
        foreach (var span in spans)
        {
            if (merged.Count > 0 && span.Start <= merged[^1].End)
                merged[^1] = merged[^1] with { End = Math.Max(merged[^1].End, span.End) };
            else
                merged.Add(span);
        }

        return merged.ToImmutable();
    }

    private static ImmutableArray<MinuteSpan> Without(ImmutableArray<MinuteSpan> spans, MinuteSpan taken)
    {
        var left = ImmutableArray.CreateBuilder<MinuteSpan>(spans.Length + 1);
        foreach (var span in spans)
        {
            if (span.Start < taken.Start) left.Add(span with { End = Math.Min(span.End, taken.Start) });
            if (span.End > taken.End) left.Add(span with { Start = Math.Max(span.Start, taken.End) });
        }

        return left.ToImmutable();
    }

    private static ImmutableArray<(long First, long Last)> Merge(IEnumerable<(long First, long Last)> ranges)
    {
        var merged = ImmutableArray.CreateBuilder<(long First, long Last)>();
        foreach (var range in ranges.Order())
        {
            if (merged.Count > 0 && range.First <= merged[^1].Last + 1)
                merged[^1] = (merged[^1].First, Math.Max(merged[^1].Last, range.Last));
            else
                merged.Add(range);
        }

        return merged.ToImmutable();
    }
}
