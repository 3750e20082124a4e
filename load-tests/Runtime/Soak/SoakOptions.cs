namespace Engine.LoadTests.Runtime.Soak;

/// <summary>What <c>soak</c> runs with.</summary>
internal sealed record SoakOptions
{
    public string? JsonPath { get; init; }

    public TimeSpan Time { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Calls in flight.</summary>
    public int Workers { get; init; } = 64;

    /// <summary>What the calls and their order are drawn from.</summary>
    public int Seed { get; init; }
}
