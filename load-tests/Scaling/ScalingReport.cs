namespace Engine.LoadTests.Scaling;

/// <summary>The outcome of <c>scaling</c>.</summary>
internal sealed record ScalingReport
{
    public required IReadOnlyList<SizeReport> Sizes { get; init; }

    /// <summary>From a silo to a grain of another, 256 in flight, without the engine.</summary>
    public required double CrossSiloPingsPerSecond { get; init; }

    /// <summary>CPU time of both processes for one ping, the loop that measures included.</summary>
    public required double CrossSiloPingCpuUs { get; init; }

    public required int Concurrency { get; init; }

    public required int Processors { get; init; }
}
