using Engine.Grains.Sla.Calendars;
using Engine.Grains.Tests.Sla.Support;
using Engine.Grains.Tests.Support;
using Engine.V1;
using NodaTime;
using Xunit.Abstractions;

namespace Engine.Grains.Tests.Sla;

/// <summary>A calendar against the clock on the wall, over zones, hours and dates at which clocks change.</summary>
public sealed class CalendarProperties(ITestOutputHelper output)
{
    private const int SpanDays = 24;

    [Fact]
    public void Counts_as_the_clock_on_the_wall_does() => Cases.Check(output, CalendarCase.Make, c => c.Smaller(), c =>
    {
        var calendar = c.Compile();
        var slow = new SlowCalendar(c.Calendar);
        foreach (var (from, to) in c.Spans)
        {
            if (calendar.IsOpen(from) != slow.IsOpen(from)) return $"open at {from}";
            var (fast, right) = (calendar.BusinessTime(from, to), slow.BusinessTime(from, to));
            if (fast != right) return $"{from} to {to}: {fast}, not {right}";
        }

        return null;
    });

    [Fact]
    public void Adds_as_the_clock_on_the_wall_does() => Cases.Check(output, CalendarCase.Make, c => c.Smaller(), c =>
    {
        var calendar = c.Compile();
        var slow = new SlowCalendar(c.Calendar);
        foreach (var (from, to) in c.Spans)
        {
            var limit = from + Duration.FromDays(SpanDays);
            var (fast, right) = (calendar.Add(from, to - from).OrNull, slow.Add(from, to - from, limit));
            if (fast != right && (right is not null || fast <= limit)) return $"{from} plus {to - from}: {fast}, not {right}";
            (fast, right) = (calendar.NextOpening(from).OrNull, slow.NextOpening(from, limit));
            if (fast != right && (right is not null || fast < limit)) return $"opening after {from}: {fast}, not {right}";
        }

        return null;
    });

    /// <summary>Over years, where weeks are counted at once, adding must still be the inverse of counting.</summary>
    [Fact]
    public void Adding_what_was_counted_leads_back() => Cases.Check(output, CalendarCase.Make, c => c.Smaller(), c =>
    {
        var calendar = c.Compile();
        foreach (var (from, to) in c.Spans)
        {
            var far = from + (to - from) * 100;
            var counted = calendar.BusinessTime(from, far);
            if (counted == Duration.Zero) continue;
            var end = calendar.Add(from, counted);
            if (end.IsNever || end.Value > far) return $"{from} plus {counted}: {end.OrNull}, beyond {far}";
            if (calendar.BusinessTime(from, end.Value) != counted) return $"{from} to {end.Value}: {calendar.BusinessTime(from, end.Value)}, not {counted}";
            if (calendar.BusinessTime(end.Value, far) != Duration.Zero) return $"{end.Value} is too early for {counted} from {from}";
            if (calendar.BusinessTime(from, end.Value - Duration.FromTicks(1)) >= counted) return $"{end.Value} is too late for {counted} from {from}";
            var middle = from + (far - from) / 2;
            if (calendar.BusinessTime(from, middle) + calendar.BusinessTime(middle, far) != counted) return $"{from} to {far} is not its halves";
            var sum = Duration.Zero;
            foreach (var open in calendar.OpenTimes(from, to)) sum += open.Duration;
            if (sum != calendar.BusinessTime(from, to)) return $"{from} to {to}: the open times are {sum}";
        }

        return null;
    });

    private sealed record CalendarCase(Calendar Calendar, IReadOnlyList<(Instant From, Instant To)> Spans)
    {
        public static CalendarCase Make(Random random)
        {
            var (zone, date) = (RandomCalendars.Zone(random), RandomCalendars.Date(random));
            var calendar = RandomCalendars.Make(random, zone, date);
            var begin = date.AtStartOfDayInZone(DateTimeZone.Utc).ToInstant();
            var spans = new List<(Instant, Instant)>();
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                // Minutes, and now and then odd seconds: nothing but the hours falls on quarters.
                var from = begin + Duration.FromSeconds(random.Next(12 * 24 * 60) * 60L + (random.Next(3) == 0 ? random.Next(60) : 0));
                var length = random.Next(2) == 0 ? random.Next(1, 600) : random.Next(1, 9 * 24 * 60);
                spans.Add((from, from + Duration.FromMinutes(length)));
            }

            return new CalendarCase(calendar, spans);
        }

        public BusinessCalendar Compile()
        {
            var made = BusinessCalendar.Create(Calendar);
            return made.Change ?? throw new InvalidOperationException(made.Rejection?.ToString());
        }

        public IEnumerable<CalendarCase> Smaller()
        {
            if (Spans.Count > 1)
            {
                foreach (var span in Spans) yield return this with { Spans = [span] };
            }

            foreach (var less in Without(c => c.WeeklyHours)) yield return less;
            foreach (var less in Without(c => c.Holidays)) yield return less;
            foreach (var less in Without(c => c.Closures)) yield return less;
            foreach (var less in Without(c => c.ExtraHours)) yield return less;
        }

        public override string ToString() => $"{Calendar} {string.Join("; ", Spans)}";

        private IEnumerable<CalendarCase> Without<T>(Func<Calendar, IList<T>> list)
        {
            for (var i = 0; i < list(Calendar).Count; i++)
            {
                var less = Calendar.Clone();
                list(less).RemoveAt(i);
                yield return this with { Calendar = less };
            }
        }
    }
}
