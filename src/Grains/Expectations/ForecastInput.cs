using Engine.Grains.Sla.Calendars;
using NodaTime;

namespace Engine.Grains.Expectations;

/// <summary>All that a forecast is made from.</summary>
/// <param name="Now">When it is made.</param>
/// <param name="WaitingSince">The customer's oldest unanswered message.</param>
public sealed record ForecastInput(Instant Now, Instant WaitingSince)
{
    /// <summary>The team's hours; null: always there.</summary>
    public BusinessCalendar? Calendar { get; init; }

    /// <summary>Null: not known.</summary>
    public LiveLoad? Live { get; init; }

    /// <summary>Null: not known.</summary>
    public ResponseHistory? History { get; init; }

    /// <summary>What the queue's last forecasts taught. Applies to what is foretold from load or history, not to promised times.</summary>
    public ForecastStretch Stretch { get; init; }

    /// <summary>When the promised time is over; null: nothing is promised, or the clock is paused.</summary>
    public Instant? SlaDeadline { get; init; }
}
