namespace Engine.LoadTests.Bench;

/// <summary>What a part came to.</summary>
internal sealed record BenchPartReport
{
    public required string Name { get; init; }

    public required int Concurrency { get; init; }

    /// <summary>Median of the rounds.</summary>
    public required double PerSecond { get; init; }

    /// <summary>Of each round, in order.</summary>
    public required IReadOnlyList<double> RoundsPerSecond { get; init; }

    public required long Operations { get; init; }

    public required double DurationS { get; init; }

    /// <summary>Of one call; of raw_insert, of one batch.</summary>
    public required double? P50Ms { get; init; }

    /// <inheritdoc cref="P50Ms"/>
    public required double? P99Ms { get; init; }

    /// <summary>CPU seconds of the server's process for one operation; null where it cannot be told.</summary>
    public required double? ServerCpuSecondsPerOperation { get; init; }

    /// <summary>CPU seconds of this process for one operation, the loop that measures included.</summary>
    public double? ClientCpuSecondsPerOperation { get; init; }

    /// <summary>What the server's process allocates for one operation; null where it cannot be told.</summary>
    public double? ServerAllocatedBytesPerOperation { get; init; }

    /// <summary>What this process allocates for one operation, the loop that measures included.</summary>
    public double? ClientAllocatedBytesPerOperation { get; init; }
}
