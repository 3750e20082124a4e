using Engine.V1;
using NodaTime;
using NodaTime.Text;

namespace Engine.Grains.Tests.Sla.Support;

/// <summary>
/// A calendar as it reads: whether an instant is open is asked of the clock on the wall and of nothing else, and time is
/// counted a quarter of an hour after the other. Every time in it must fall on a quarter.
/// </summary>
internal sealed class SlowCalendar
{
    public static readonly Duration Slot = Duration.FromMinutes(15);

    private static readonly LocalDateTimePattern Pattern = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm");

    private readonly DateTimeZone _zone;
    private readonly List<(IsoDayOfWeek Day, LocalTime Start, LocalTime? End)> _weekly = [];
    private readonly HashSet<string> _holidays;
    private readonly List<(LocalDateTime Start, LocalDateTime End)> _closures;
    private readonly List<(LocalDateTime Start, LocalDateTime End)> _extras;
    private readonly Dictionary<Instant, bool> _known = [];

    public SlowCalendar(Calendar calendar)
    {
        _zone = DateTimeZoneProviders.Tzdb[calendar.TimeZone];
        foreach (var hours in calendar.WeeklyHours)
        {
            foreach (var day in hours.Days) _weekly.Add(((IsoDayOfWeek)(int)day, Time(hours.StartTime), hours.EndTime == "24:00" ? null : Time(hours.EndTime)));
        }

        _holidays = [.. calendar.Holidays.Select(h => h.Date)];
        _closures = [.. calendar.Closures.Select(c => (Pattern.Parse(c.StartTime).Value, Pattern.Parse(c.EndTime).Value))];
        _extras = [.. calendar.ExtraHours.Select(c => (Pattern.Parse(c.StartTime).Value, Pattern.Parse(c.EndTime).Value))];
    }

    public bool IsOpen(Instant at)
    {
        var slot = SlotOf(at);
        if (!_known.TryGetValue(slot, out var open)) _known[slot] = open = Ask(slot);
        return open;
    }

    public Duration BusinessTime(Instant from, Instant to)
    {
        var counted = Duration.Zero;
        for (var slot = SlotOf(from); slot < to; slot += Slot)
        {
            if (IsOpen(slot)) counted += Instant.Min(to, slot + Slot) - Instant.Max(from, slot);
        }

        return counted;
    }

    /// <summary>Null: not before the limit.</summary>
    public Instant? Add(Instant from, Duration openTime, Instant limit)
    {
        if (openTime <= Duration.Zero) return from;
        var left = openTime;
        for (var slot = SlotOf(from); slot < limit; slot += Slot)
        {
            if (!IsOpen(slot)) continue;
            var start = Instant.Max(from, slot);
            var length = slot + Slot - start;
            if (length >= left) return start + left;
            left -= length;
        }

        return null;
    }

    public Instant? NextOpening(Instant from, Instant limit)
    {
        for (var slot = SlotOf(from); slot < limit; slot += Slot)
        {
            if (IsOpen(slot)) return Instant.Max(from, slot);
        }

        return null;
    }

    private static Instant SlotOf(Instant at)
    {
        var seconds = at.ToUnixTimeSeconds();
        return Instant.FromUnixTimeSeconds(seconds - seconds % 900);
    }

    private bool Ask(Instant at)
    {
        var clock = at.InZone(_zone).LocalDateTime;
        if (_closures.Exists(c => c.Start <= clock && clock < c.End)) return false;
        if (_extras.Exists(e => e.Start <= clock && clock < e.End)) return true;
        if (IsHoliday(clock.Date)) return false;
        foreach (var (day, start, end) in _weekly)
        {
            var runsOn = end is { } e && e < start;
            if (day == clock.DayOfWeek && start <= clock.TimeOfDay && (runsOn || end is null || clock.TimeOfDay < end)) return true;
            var yesterday = clock.Date.PlusDays(-1);
            if (runsOn && day == yesterday.DayOfWeek && clock.TimeOfDay < end && !IsHoliday(yesterday)) return true;
        }

        return false;
    }

    private bool IsHoliday(LocalDate date)
    {
        var text = LocalDatePattern.Iso.Format(date);
        return _holidays.Contains(text) || _holidays.Contains(text[5..]);
    }

    private static LocalTime Time(string text) => LocalTimePattern.CreateWithInvariantCulture("HH:mm").Parse(text).Value;
}
