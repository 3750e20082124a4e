using System.Globalization;

namespace Orleans.Runtime;

/// <summary>Which tick of a reminder this is. Times are UTC.</summary>
[GenerateSerializer]
[Immutable]
public readonly struct TickStatus
{
    public TickStatus(DateTime firstTickTime, TimeSpan period, DateTime timeStamp)
    {
        FirstTickTime = firstTickTime;
        Period = period;
        CurrentTickTime = timeStamp;
    }

    /// <summary>When the first tick was due.</summary>
    [Id(0)]
    public DateTime FirstTickTime { get; }

    [Id(1)]
    public TimeSpan Period { get; }

    /// <summary>When this tick was sent.</summary>
    [Id(2)]
    public DateTime CurrentTickTime { get; }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"<{FirstTickTime:O}, {Period:c}, {CurrentTickTime:O}>");
}
