namespace Engine.LoadTests.Growth;

/// <summary>The outcome of <c>bench growth</c>.</summary>
internal sealed record GrowthReport
{
    /// <summary>Messages a second, by subject.</summary>
    public required IReadOnlyList<GrowthRate> Rates { get; init; }

    /// <summary>Rate of the larger to that of the smaller; 1 means that growing costs nothing.</summary>
    public required IReadOnlyDictionary<string, double> Ratios { get; init; }

    public required int StoreMessages { get; init; }

    public required int SmallStoreMessages { get; init; }

    /// <summary>How long filling the large store took.</summary>
    public required double FillS { get; init; }

    public required double FillPerSecond { get; init; }

    /// <summary>Of the order in which the subjects came in each round.</summary>
    public required int Seed { get; init; }

    public required int Processors { get; init; }

    public required string FileSystem { get; init; }
}
