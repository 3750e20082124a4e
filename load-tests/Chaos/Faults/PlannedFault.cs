namespace Engine.LoadTests.Chaos.Faults;

/// <summary>A fault as it was drawn, before it is known whom it hits.</summary>
/// <param name="Number">From 1.</param>
/// <param name="At">Since the first moment at which there may be faults.</param>
/// <param name="Share">0 to 1: how much of the longest duration of its kind.</param>
/// <param name="DowntimeMax">The longest that the database is away.</param>
/// <param name="Pick">Chooses the process among those that can be hit.</param>
/// <param name="Variant">Chooses between silo and gateway, between the sides of a cut, between more and less.</param>
internal sealed record PlannedFault(
    int Number, TimeSpan At, FaultKind Kind, double Share, TimeSpan DowntimeMax, int Pick, int Variant)
{
    /// <summary>Of a pause, a cut or a downtime.</summary>
    public TimeSpan Duration => FaultSchedule.DurationOf(Kind, Share, DowntimeMax);
}
