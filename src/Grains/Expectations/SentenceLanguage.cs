using System.Collections.Immutable;
using System.Globalization;
using NodaTime;

namespace Engine.Grains.Expectations;

/// <summary>How one language says it. Times in it are phrases of their own, so that texts need no grammar.</summary>
internal sealed record SentenceLanguage
{
    private const int WeekdayDaysMax = 6;
    private const int YearlessDaysMax = 300;

    public required string Code { get; init; }

    public required SentenceTexts Texts { get; init; }

    /// <summary>"at 15:10"; {t} is the time of day.</summary>
    public required string Time { get; init; }

    public required string Today { get; init; }

    public required string Tomorrow { get; init; }

    /// <summary>"on Monday" from Monday on.</summary>
    public required ImmutableArray<string> Weekdays { get; init; }

    /// <summary>{d} is the day, {m} the month.</summary>
    public required string Date { get; init; }

    /// <summary>From January on.</summary>
    public required ImmutableArray<string> Months { get; init; }

    /// <summary>Between hours and minutes.</summary>
    public string TimeSeparator { get; init; } = ":";

    /// <summary>The day of the month as dates have it.</summary>
    public Func<int, string> Day { get; init; } = day => day.ToString(CultureInfo.InvariantCulture);

    /// <summary>"tomorrow at 09:30".</summary>
    public string When(LocalDateTime at, LocalDate today)
    {
        var days = Period.DaysBetween(today, at.Date);
        var day = days switch
        {
            <= 0 => Today,
            1 => Tomorrow,
            <= WeekdayDaysMax => Weekdays[(int)at.DayOfWeek - 1],
            _ => Date.Replace("{d}", Day(at.Day), StringComparison.Ordinal).Replace("{m}", Months[at.Month - 1], StringComparison.Ordinal)
                + (days > YearlessDaysMax ? $" {at.Year.ToString(CultureInfo.InvariantCulture)}" : ""),
        };
        return $"{day} {TimeOnly(at)}";
    }

    /// <summary>"at 09:30".</summary>
    public string TimeOnly(LocalDateTime at) => Time.Replace(
        "{t}", string.Create(CultureInfo.InvariantCulture, $"{at.Hour:00}{TimeSeparator}{at.Minute:00}"), StringComparison.Ordinal);
}
