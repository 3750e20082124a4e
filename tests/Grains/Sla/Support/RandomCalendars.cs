using System.Globalization;
using Engine.V1;
using NodaTime;
using Calendar = Engine.V1.Calendar;

namespace Engine.Grains.Tests.Sla.Support;

/// <summary>Calendars nobody would think of, and dates at which clocks change.</summary>
internal static class RandomCalendars
{
    private static readonly string[] Zones =
    [
        "Europe/Berlin", "Europe/Lisbon", "America/New_York", "America/St_Johns", "America/Sao_Paulo", "Asia/Jakarta",
        "Asia/Kathmandu", "Asia/Beirut", "Africa/Cairo", "Africa/Casablanca", "Australia/Lord_Howe", "Pacific/Chatham",
        "Pacific/Apia", "Antarctica/Troll", "Etc/UTC",
    ];

    // Around changes of one of the zones' offsets (Apia left out a whole day in 2011, Sao Paulo changed at midnight).
    private static readonly LocalDate[] Dates =
    [
        new(2026, 3, 25), new(2026, 10, 22), new(2026, 3, 5), new(2026, 10, 29), new(2026, 4, 2), new(2026, 10, 1),
        new(2026, 2, 13), new(2026, 9, 24), new(2011, 12, 27), new(2018, 11, 1), new(2018, 2, 15), new(2026, 12, 22), new(2028, 2, 26),
    ];

    public static LocalDate Date(Random random) => Dates[random.Next(Dates.Length)];

    public static string Zone(Random random) => Zones[random.Next(Zones.Length)];

    public static Calendar Make(Random random, string zone, LocalDate around)
    {
        var calendar = new Calendar { Name = "calendars/hours", Version = 1, TimeZone = zone };
        var shape = random.Next(10);
        for (var i = random.Next(1, 5); i > 0 && shape > 0; i--) calendar.WeeklyHours.Add(Hours(random, shape));
        for (var i = random.Next(-2, 3); i > 0; i--)
        {
            var date = around.PlusDays(random.Next(-2, 20)).ToString("uuuu-MM-dd", CultureInfo.InvariantCulture);
            calendar.Holidays.Add(new Holiday { Date = random.Next(2) == 0 ? date : date[5..], DisplayName = "holiday" });
        }

        for (var i = random.Next(-2, 3); i > 0; i--) calendar.Closures.Add(Period(random, around, 30));
        for (var i = random.Next(-2, 3); i > 0; i--) calendar.ExtraHours.Add(Period(random, around, 10));
        return calendar;
    }

    private static WeeklyHours Hours(Random random, int shape)
    {
        var hours = new WeeklyHours();
        if (shape == 1)
        {
            (hours.StartTime, hours.EndTime) = ("00:00", "24:00");
        }
        else
        {
            var start = random.Next(96);
            var end = random.Next(1, 97);
            if (end == start) end++;
            (hours.StartTime, hours.EndTime) = (Time(start), Time(end));
        }

        for (var day = Weekday.Monday; day <= Weekday.Sunday; day++)
        {
            if (random.Next(3) > 0) hours.Days.Add(day);
        }

        if (hours.Days.Count == 0) hours.Days.Add(Weekday.Sunday);
        return hours;
    }

    private static CalendarPeriod Period(Random random, LocalDate around, int hoursMax)
    {
        var start = around.PlusDays(random.Next(-2, 20)).AtMidnight().PlusMinutes(15 * random.Next(96));
        return new CalendarPeriod
        {
            StartTime = start.ToString("uuuu-MM-dd'T'HH:mm", CultureInfo.InvariantCulture),
            EndTime = start.PlusMinutes(15 * random.Next(1, hoursMax * 4)).ToString("uuuu-MM-dd'T'HH:mm", CultureInfo.InvariantCulture),
            DisplayName = "period",
        };
    }

    private static string Time(int quarter) => string.Create(CultureInfo.InvariantCulture, $"{quarter / 4:00}:{quarter % 4 * 15:00}");
}
