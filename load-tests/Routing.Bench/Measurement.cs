namespace Engine.RoutingBench;

/// <summary>A line of the report; rates are medians of the rounds.</summary>
internal sealed record Measurement
{
    /// <summary>fill or steady.</summary>
    public required string Part { get; init; }

    public required string Rule { get; init; }

    public required int Agents { get; init; }

    public required int Waiting { get; init; }

    public required bool Explained { get; init; }

    public required int MatchesPerRound { get; init; }

    public required double MatchesPerSecond { get; init; }

    /// <summary>By the CPU time that the process used: to be compared when the machine is shared.</summary>
    public required double MatchesPerCpuSecond { get; init; }

    public required double SlowestPerSecond { get; init; }

    public required double FastestPerSecond { get; init; }

    public required double AllocatedBytesPerMatch { get; init; }
}
