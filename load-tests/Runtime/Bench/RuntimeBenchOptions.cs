namespace Engine.LoadTests.Runtime.Bench;

/// <summary>What <c>bench runtime</c> measures with.</summary>
internal sealed record RuntimeBenchOptions
{
    public string? JsonPath { get; init; }

    /// <summary>Measured for each part, over all rounds.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Rounds over all parts; a part's rate is the median of its rounds.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>For each part before the first round; a quarter of it before each measurement.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(2);
}
