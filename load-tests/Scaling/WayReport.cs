namespace Engine.LoadTests.Scaling;

/// <summary>Messages on one way; CPU time is of one message.</summary>
internal sealed record WayReport
{
    public required string Name { get; init; }

    public required long Messages { get; init; }

    public required double PerSecond { get; init; }

    public required double? P50Ms { get; init; }

    public required double? P99Ms { get; init; }

    public required double SilosCpuUs { get; init; }

    public required double GatewaysCpuUs { get; init; }

    public required double PostgresCpuUs { get; init; }

    /// <summary>Of all of these; the load generator's not counted.</summary>
    public double CpuUs => SilosCpuUs + GatewaysCpuUs + PostgresCpuUs;
}
