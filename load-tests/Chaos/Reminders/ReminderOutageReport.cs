using System.Text.Json.Serialization;

namespace Engine.LoadTests.Chaos.Reminders;

/// <summary>The outcome of <c>chaos reminders</c>.</summary>
internal sealed record ReminderOutageReport
{
    /// <summary>The longest that firing may take after a restart.</summary>
    public const double FiringMaxS = 90;

    public required int Count { get; init; }

    public required int Silos { get; init; }

    /// <summary>How long everything was down.</summary>
    public required double DownS { get; init; }

    /// <summary>From the start of the first process until the last served.</summary>
    public required double ServingAfterS { get; init; }

    /// <summary>From the start of the first process until the last deadline was seen; null when not all were.</summary>
    public required double? AllFiredAfterS { get; init; }

    public required RemindersReport Reminders { get; init; }

    /// <summary>Messages or changes lost, doubled or out of order.</summary>
    public required long OtherHarms { get; init; }

    public required IReadOnlyList<string> Examples { get; init; }

    [JsonIgnore]
    public bool Passed => Reminders.Harms == 0 && OtherHarms == 0 && Reminders.Fired == Count && AllFiredAfterS <= FiringMaxS;
}
