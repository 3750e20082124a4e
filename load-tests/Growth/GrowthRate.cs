namespace Engine.LoadTests.Growth;

/// <summary>How fast one subject took messages.</summary>
internal sealed record GrowthRate
{
    public required string Name { get; init; }

    /// <summary>Median of the rounds.</summary>
    public required double PerSecond { get; init; }

    public required IReadOnlyList<double> RoundsPerSecond { get; init; }

    public required double? P50Ms { get; init; }

    public required double? P99Ms { get; init; }
}
