using Engine.V1;

namespace Engine.Grains.Sla.Calendars;

/// <summary>Why a calendar is not open.</summary>
/// <param name="Reason">HOURS, HOLIDAY or CLOSURE.</param>
/// <param name="Name">The name of the holiday or closure, or empty.</param>
public readonly record struct ClosedReason(SlaIntervalReason Reason, string Name)
{
    /// <summary>Nothing special.</summary>
    public static ClosedReason Hours { get; } = new(SlaIntervalReason.Hours, "");
}
