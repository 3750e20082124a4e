using System.Collections.Immutable;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf.Collections;
using NodaTime;
using NodaTime.Text;

namespace Engine.Grains.Sla.Calendars;

/// <summary>Reads a calendar as the API has it; all its faults are told together.</summary>
internal sealed class CalendarReader
{
    private const int WeeklyMax = 100;
    private const int EntriesMax = 1_000;
    private const int DisplayNameBytesMax = 255;
    private const int PeriodDaysMax = 366;

    private static readonly LocalDateTimePattern PeriodPattern = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm");
    private static readonly AnnualDatePattern YearlyPattern = AnnualDatePattern.Iso;

    private readonly Rejection _rejection = Rejections.Of(RejectionKind.Invalid, "INVALID_REQUEST", "The calendar is not valid.");
    private readonly Dictionary<long, string> _holidays = [];
    private readonly Dictionary<(int, int), string> _yearly = [];

    public static Decision<BusinessCalendar> Read(Calendar calendar)
    {
        ArgumentNullException.ThrowIfNull(calendar);
        return new CalendarReader().Compile(calendar);
    }

    private Decision<BusinessCalendar> Compile(Calendar calendar)
    {
        var zone = calendar.TimeZone.Length > 0 ? DateTimeZoneProviders.Tzdb.GetZoneOrNull(calendar.TimeZone) : null;
        if (zone is null) Fault("time_zone", "UNKNOWN_TIME_ZONE", "An IANA time zone, for example Europe/Lisbon.");
        AtMost("display_name", calendar.DisplayName);
        AtMost("weekly_hours", calendar.WeeklyHours.Count, WeeklyMax);
        AtMost("holidays", calendar.Holidays.Count, EntriesMax);
        AtMost("closures", calendar.Closures.Count, EntriesMax);
        AtMost("extra_hours", calendar.ExtraHours.Count, EntriesMax);
        if (_rejection.Fields.Any(f => f.Reason == "TOO_MANY")) return _rejection;

        var week = Week(calendar);
        for (var i = 0; i < calendar.Holidays.Count; i++) ReadHoliday($"holidays[{i}]", calendar.Holidays[i]);
        var closures = Periods("closures", calendar.Closures);
        var extras = Periods("extra_hours", calendar.ExtraHours);
        return _rejection.Fields.Count > 0
            ? _rejection
            : new BusinessCalendar(calendar.Name, calendar.Version, zone!, new LocalHours(week, _holidays, _yearly, closures, extras));
    }

    private ImmutableArray<MinuteSpan>[] Week(Calendar calendar)
    {
        var week = new List<MinuteSpan>[7];
        for (var i = 0; i < 7; i++) week[i] = [];
        for (var i = 0; i < calendar.WeeklyHours.Count; i++)
        {
            var (hours, field) = (calendar.WeeklyHours[i], $"weekly_hours[{i}]");
            if (hours.Days.Count == 0) Fault($"{field}.days", "REQUIRED", "At least one day.");
            var start = MinuteOf($"{field}.start_time", hours.StartTime, 0, LocalHours.MinutesPerDay - 1);
            var end = MinuteOf($"{field}.end_time", hours.EndTime, 0, LocalHours.MinutesPerDay);
            if (start is not { } s || end is not { } e) continue;
            if (s == e)
            {
                Fault($"{field}.end_time", "EMPTY", "Not the same as start_time; a whole day is 00:00 to 24:00.");
                continue;
            }

            foreach (var day in hours.Days.Distinct())
            {
                if (day is >= Weekday.Monday and <= Weekday.Sunday) week[(int)day - 1].Add(new MinuteSpan(s, e > s ? e : e + LocalHours.MinutesPerDay));
                else Fault($"{field}.days", "UNKNOWN_VALUE", "Days of the week.");
            }
        }

        return [.. week.Select(day => day.ToImmutableArray())];
    }

    private void ReadHoliday(string field, Holiday holiday)
    {
        AtMost($"{field}.display_name", holiday.DisplayName);
        if (LocalDatePattern.Iso.Parse(holiday.Date) is { Success: true } once && InRange(once.Value))
            _holidays.TryAdd(LocalHours.DayOf(once.Value), holiday.DisplayName);
        else if (YearlyPattern.Parse(holiday.Date) is { Success: true } yearly)
            _yearly.TryAdd((yearly.Value.Month, yearly.Value.Day), holiday.DisplayName);
        else
            Fault($"{field}.date", "INVALID_DATE", "YYYY-MM-DD from 1970 to 2199, or MM-DD.");
    }

    private List<LocalPeriod> Periods(string field, RepeatedField<CalendarPeriod> periods)
    {
        var read = new List<LocalPeriod>(periods.Count);
        for (var i = 0; i < periods.Count; i++)
        {
            AtMost($"{field}[{i}].display_name", periods[i].DisplayName);
            var start = TimeOf($"{field}[{i}].start_time", periods[i].StartTime);
            var end = TimeOf($"{field}[{i}].end_time", periods[i].EndTime);
            if (start is not { } s || end is not { } e) continue;
            if (e <= s || e - s > PeriodDaysMax * LocalHours.MinutesPerDay)
                Fault($"{field}[{i}].end_time", "OUT_OF_RANGE", $"After start_time, by at most {PeriodDaysMax} days.");
            else
                read.Add(new LocalPeriod(s, e, periods[i].DisplayName));
        }

        return read;
    }

    private int? MinuteOf(string field, string text, int least, int most)
    {
        // 24:00 is no time of a clock, but the end of a day.
        if (text is [>= '0' and <= '2' and var h1, >= '0' and <= '9' and var h2, ':', >= '0' and <= '5' and var m1, >= '0' and <= '9' and var m2])
        {
            var minute = ((h1 - '0') * 10 + (h2 - '0')) * 60 + (m1 - '0') * 10 + (m2 - '0');
            if (minute >= least && minute <= most) return minute;
        }

        Fault(field, "INVALID_TIME", most == LocalHours.MinutesPerDay ? "HH:MM, up to 24:00." : "HH:MM, 00:00 to 23:59.");
        return null;
    }

    private long? TimeOf(string field, string text)
    {
        if (PeriodPattern.Parse(text) is { Success: true } time && InRange(time.Value.Date))
            return LocalHours.DayOf(time.Value.Date) * LocalHours.MinutesPerDay + time.Value.Hour * 60 + time.Value.Minute;
        Fault(field, "INVALID_TIME", "YYYY-MM-DDTHH:MM from 1970 to 2199.");
        return null;
    }

    private static bool InRange(LocalDate date) => date.Year is >= 1970 and <= 2199;

    private void AtMost(string field, int count, int most)
    {
        if (count > most) Fault(field, "TOO_MANY", $"At most {most}.");
    }

    private void AtMost(string field, string text)
    {
        if (System.Text.Encoding.UTF8.GetByteCount(text) > DisplayNameBytesMax) Fault(field, "TOO_LONG", $"At most {DisplayNameBytesMax} bytes.");
    }

    private void Fault(string field, string reason, string text) => _rejection.At(field, reason, text);
}
