using Engine.Grains.Sla.Calendars;
using Engine.V1;
using NodaTime;

namespace Engine.Grains.Tests.Sla;

public sealed class CalendarTests
{
    private static readonly Instant Monday = Instant.FromUtc(2026, 6, 1, 7, 0);

    [Fact]
    public void Faults_are_told_together()
    {
        var calendar = new Calendar { TimeZone = "Europe/Atlantis" };
        calendar.WeeklyHours.Add(new WeeklyHours { StartTime = "9:00", EndTime = "25:00" });
        calendar.WeeklyHours.Add(new WeeklyHours { Days = { Weekday.Monday }, StartTime = "09:00", EndTime = "09:00" });
        calendar.WeeklyHours.Add(new WeeklyHours { Days = { Weekday.Unspecified }, StartTime = "24:00", EndTime = "09:00" });
        calendar.Holidays.Add(new Holiday { Date = "2026-02-30" });
        calendar.Closures.Add(new CalendarPeriod { StartTime = "2026-06-01T10:00", EndTime = "2026-06-01T10:00" });
        calendar.ExtraHours.Add(new CalendarPeriod { StartTime = "2026-06-01T10:00", EndTime = "2027-06-03T10:00" });

        var rejection = BusinessCalendar.Create(calendar).Rejection;

        Assert.NotNull(rejection);
        Assert.Equal(
            [
                "time_zone UNKNOWN_TIME_ZONE", "weekly_hours[0].days REQUIRED", "weekly_hours[0].start_time INVALID_TIME",
                "weekly_hours[0].end_time INVALID_TIME", "weekly_hours[1].end_time EMPTY", "weekly_hours[2].start_time INVALID_TIME",
                "holidays[0].date INVALID_DATE", "closures[0].end_time OUT_OF_RANGE", "extra_hours[0].end_time OUT_OF_RANGE",
            ],
            rejection.Fields.Select(f => $"{f.Field} {f.Reason}"));
    }

    [Fact]
    public void Too_many_entries_are_refused()
    {
        var calendar = Office();
        for (var i = 0; i <= 1_000; i++) calendar.Holidays.Add(new Holiday { Date = "01-01" });
        Assert.Contains(BusinessCalendar.Create(calendar).Rejection!.Fields, f => f is { Field: "holidays", Reason: "TOO_MANY" });
    }

    [Fact]
    public void A_calendar_without_hours_never_opens()
    {
        var calendar = Compile(new Calendar { TimeZone = "Europe/Berlin" });
        var opening = calendar.NextOpening(Monday);
        Assert.True(opening.IsNever);
        Assert.Equal(Monday + BusinessCalendar.Horizon, opening.SearchedUntil);
        Assert.True(calendar.Add(Monday, Duration.FromHours(1)).IsNever);
        Assert.Equal(Monday, calendar.Add(Monday, Duration.Zero).Value);
        Assert.Throws<InvalidOperationException>(() => opening.Value);
    }

    [Fact]
    public void Extra_hours_alone_do_not_last_for_more_than_they_are()
    {
        var calendar = new Calendar { TimeZone = "Europe/Berlin" };
        calendar.ExtraHours.Add(new CalendarPeriod { StartTime = "2031-03-01T10:00", EndTime = "2031-03-01T12:00" });
        var compiled = Compile(calendar);
        Assert.Equal(Instant.FromUtc(2031, 3, 1, 11, 0), compiled.Add(Monday, Duration.FromHours(2)).Value);
        Assert.True(compiled.Add(Monday, Duration.FromHours(2) + Duration.FromTicks(1)).IsNever);
    }

    [Fact]
    public void Twenty_years_of_office_hours_add_up()
    {
        // 2026-06-01 is a Monday; 1,040 weeks of 40 hours, whatever the clocks did.
        var calendar = Compile(Office());
        var begin = Instant.FromUtc(2026, 6, 1, 0, 0);
        Assert.Equal(Duration.FromHours(40 * 1_040), calendar.BusinessTime(begin, begin + Duration.FromDays(7 * 1_040)));
    }

    [Fact]
    public void Closed_time_says_why()
    {
        var office = Office();
        office.Holidays.Add(new Holiday { Date = "12-25", DisplayName = "Christmas" });
        office.Closures.Add(new CalendarPeriod { StartTime = "2026-06-02T12:00", EndTime = "2026-06-02T14:00", DisplayName = "Meeting" });
        var calendar = Compile(office);

        Assert.Equal(new ClosedReason(SlaIntervalReason.Hours, ""), Why(calendar, 2026, 6, 1, 16));
        Assert.Equal(new ClosedReason(SlaIntervalReason.Closure, "Meeting"), Why(calendar, 2026, 6, 2, 11));
        Assert.Equal(new ClosedReason(SlaIntervalReason.Holiday, "Christmas"), Why(calendar, 2026, 12, 25, 12));
    }

    [Fact]
    public void The_29th_of_February_is_a_holiday_in_leap_years_only()
    {
        var office = Office();
        office.Holidays.Add(new Holiday { Date = "02-29" });
        var calendar = Compile(office);
        Assert.False(calendar.IsOpen(Instant.FromUtc(2028, 2, 29, 10, 0)));
        Assert.True(calendar.IsOpen(Instant.FromUtc(2027, 3, 1, 10, 0)));
        Assert.True(calendar.IsOpen(Instant.FromUtc(2028, 2, 28, 10, 0)));
    }

    private static ClosedReason Why(BusinessCalendar calendar, int year, int month, int day, int hour)
    {
        var at = Instant.FromUtc(year, month, day, hour, 0);
        Assert.False(calendar.IsOpen(at));
        return calendar.WhyClosed(new Interval(at, at + Duration.FromMinutes(30)));
    }

    private static Calendar Office() => new()
    {
        Name = "calendars/office",
        TimeZone = "Europe/Berlin",
        WeeklyHours =
        {
            new WeeklyHours
            {
                Days = { Weekday.Monday, Weekday.Tuesday, Weekday.Wednesday, Weekday.Thursday, Weekday.Friday },
                StartTime = "09:00",
                EndTime = "17:00",
            },
        },
    };

    private static BusinessCalendar Compile(Calendar calendar)
    {
        var made = BusinessCalendar.Create(calendar);
        Assert.False(made.IsRejected, made.Rejection?.ToString());
        return made.Change!;
    }
}
