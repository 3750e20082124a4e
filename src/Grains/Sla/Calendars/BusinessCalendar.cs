using Engine.V1;
using NodaTime;

namespace Engine.Grains.Sla.Calendars;

/// <summary>
/// When a team is there, ready to count by. The naive ways fail at the edges: minutes of the day multiplied by days lose the
/// hour that daylight saving takes or gives; a table of instants made ahead is right until the zone's rules, or the horizon,
/// change; and walking minute by minute is right, but takes seconds for a year.
/// <para>
/// Here hours are a set of local times, and an instant is open when its local time is in the set: nothing else is ever asked.
/// Between two changes of the zone's offset local time and instants differ by a constant, so each stretch of constant offset
/// is counted by itself, day by day, in whole local days of at most a few spans. What an offset change skips is in no stretch,
/// what it shows twice is in two. Weeks in which nothing is special are all alike and are counted at once, so a year costs
/// about as much as its holidays.
/// </para>
/// Immutable; shared by whoever counts. Instants are taken at 100 ns, as the journal has them.
/// </summary>
public sealed class BusinessCalendar
{
    /// <summary>How far ahead an opening, or the end of a duration, is looked for: thirty years, in which the longest target
    /// passes at six open hours a week.</summary>
    public static readonly Duration Horizon = Duration.FromDays(10_958);

    private readonly DateTimeZone _zone;
    private readonly LocalHours _hours;

    internal BusinessCalendar(string name, long version, DateTimeZone zone, LocalHours hours) =>
        (Name, Version, _zone, _hours) = (name, version, zone, hours);

    /// <summary>calendars/{calendar}.</summary>
    public string Name { get; }

    public long Version { get; }

    /// <summary>IANA time zone.</summary>
    public string TimeZone => _zone.Id;

    /// <summary>The zone itself, for showing instants as the team reads them.</summary>
    public DateTimeZone Zone => _zone;

    /// <summary>A calendar from what the API stores; refused with every fault it has.</summary>
    public static Decision<BusinessCalendar> Create(Calendar calendar) => CalendarReader.Read(calendar);

    /// <summary>Whether somebody is there.</summary>
    public bool IsOpen(Instant at)
    {
        var ticks = Ticks(at);
        return _hours.IsOpen(ticks + OffsetAt(ticks).Offset);
    }

    /// <summary>Open time from one instant to another; zero when they are not in order.</summary>
    public Duration BusinessTime(Instant from, Instant to) =>
        to <= from ? Duration.Zero : Duration.FromTicks(Walk(Ticks(from), Ticks(to), long.MaxValue).Counted);

    /// <summary>The first instant by which that much open time has passed: the given one itself for zero, even when closed.</summary>
    /// <returns>Never: not within <see cref="Horizon"/>.</returns>
    public CalendarInstant Add(Instant from, Duration openTime)
    {
        var wanted = openTime.BclCompatibleTicks;
        if (wanted <= 0) return CalendarInstant.At(from);
        var start = Ticks(from);
        var until = start + Horizon.BclCompatibleTicks;
        var (counted, reached) = Walk(start, until, wanted);
        return counted < wanted ? CalendarInstant.NeverUntil(Instant.FromUnixTimeTicks(until)) : CalendarInstant.At(Instant.FromUnixTimeTicks(reached));
    }

    /// <summary>The first open instant, the given one when it is open.</summary>
    public CalendarInstant NextOpening(Instant from)
    {
        // The first open tick ends where one tick of open time has passed.
        var end = Add(from, Duration.FromTicks(1));
        return end.IsNever ? end : CalendarInstant.At(end.Value - Duration.FromTicks(1));
    }

    /// <summary>Stretches of open time, in order, each as long as it gets; clipped to the given ones.</summary>
    public IEnumerable<Interval> OpenTimes(Instant from, Instant to)
    {
        long start = 0, end = long.MinValue;
        foreach (var (a, b) in Pieces(Ticks(from), Ticks(to)))
        {
            if (a == end)
            {
                end = b;
                continue;
            }

            if (end > start) yield return Of(start, end);
            (start, end) = (a, b);
        }

        if (end > start) yield return Of(start, end);
    }

    /// <summary>Why it is not open in a stretch of time between two openings.</summary>
    public ClosedReason WhyClosed(Interval closed)
    {
        long from = Ticks(closed.Start), to = Ticks(closed.End);
        while (from < to)
        {
            var (offset, end) = OffsetAt(from);
            var stop = Math.Min(to, end);
            if (_hours.Special(from + offset, stop + offset) is { } found) return found;
            from = stop;
        }

        return ClosedReason.Hours;
    }

    private IEnumerable<(long Start, long End)> Pieces(long from, long to)
    {
        while (from < to)
        {
            var (offset, end) = OffsetAt(from);
            var stop = Math.Min(to, end);
            for (var day = LocalHours.DayOf(from + offset); day * LocalHours.TicksPerDay - offset < stop; day++)
            {
                foreach (var span in _hours.On(day))
                {
                    var a = Math.Max(from, day * LocalHours.TicksPerDay + span.Start * LocalHours.TicksPerMinute - offset);
                    var b = Math.Min(stop, day * LocalHours.TicksPerDay + span.End * LocalHours.TicksPerMinute - offset);
                    if (a < b) yield return (a, b);
                }
            }

            from = stop;
        }
    }

    /// <summary>Counts open ticks until an instant, or until that many are counted.</summary>
    private (long Counted, long Reached) Walk(long from, long until, long wanted)
    {
        long counted = 0;
        while (from < until)
        {
            var (offset, end) = OffsetAt(from);
            var stop = Math.Min(until, end);
            var day = LocalHours.DayOf(from + offset);
            while (true)
            {
                var midnight = day * LocalHours.TicksPerDay - offset;
                if (midnight >= stop) break;
                if (midnight >= from && SameWeeks(day, midnight, stop, wanted - counted) is > 0 and var weeks)
                {
                    counted += weeks * _hours.TicksPerWeek;
                    day += weeks * 7;
                    continue;
                }

                foreach (var span in _hours.On(day))
                {
                    var a = Math.Max(from, midnight + span.Start * LocalHours.TicksPerMinute);
                    var b = Math.Min(stop, midnight + span.End * LocalHours.TicksPerMinute);
                    if (a >= b) continue;
                    if (b - a >= wanted - counted) return (wanted, a + (wanted - counted));
                    counted += b - a;
                }

                day++;
            }

            from = stop;
        }

        return (counted, until);
    }

    /// <summary>How many whole weeks from this local midnight on are as every other, end in time, and are all wanted.</summary>
    private long SameWeeks(long day, long midnight, long stop, long wanted)
    {
        var fit = (stop - midnight) / (7 * LocalHours.TicksPerDay);
        // The tick that completes what is wanted must be met inside a day, not skipped.
        if (_hours.TicksPerWeek > 0) fit = Math.Min(fit, (wanted - 1) / _hours.TicksPerWeek);
        return fit == 0 ? 0 : Math.Min(fit, (_hours.NextSpecialDay(day) - day) / 7);
    }

    /// <summary>The offset of local time at an instant, and how long it lasts.</summary>
    private (long Offset, long End) OffsetAt(long ticks)
    {
        var interval = _zone.GetZoneInterval(Instant.FromUnixTimeTicks(ticks));
        return (interval.WallOffset.Ticks, interval.HasEnd ? interval.End.ToUnixTimeTicks() : long.MaxValue);
    }

    private static long Ticks(Instant instant) => instant.ToUnixTimeTicks();

    private static Interval Of(long start, long end) => new(Instant.FromUnixTimeTicks(start), Instant.FromUnixTimeTicks(end));
}
