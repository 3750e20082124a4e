using NodaTime;

namespace Engine.Grains.Sla.Calendars;

/// <summary>An instant looked for in a calendar, or that there is none.</summary>
public readonly record struct CalendarInstant
{
    private readonly Instant _instant;

    private CalendarInstant(Instant instant, bool isNever) => (_instant, IsNever) = (instant, isNever);

    /// <summary>The calendar does not open, or not for long enough, before <see cref="SearchedUntil"/>.</summary>
    public bool IsNever { get; }

    /// <summary>The instant.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public Instant Value => IsNever ? throw new InvalidOperationException("The calendar does not open.") : _instant;

    /// <summary>Null: never.</summary>
    public Instant? OrNull => IsNever ? null : _instant;

    /// <summary>With <see cref="IsNever"/>: how far was looked.</summary>
    public Instant? SearchedUntil => IsNever ? _instant : null;

    public static CalendarInstant At(Instant instant) => new(instant, false);

    public static CalendarInstant NeverUntil(Instant searched) => new(searched, true);
}
