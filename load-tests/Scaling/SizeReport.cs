namespace Engine.LoadTests.Scaling;

/// <summary>A cluster of one size.</summary>
internal sealed record SizeReport
{
    public required int Silos { get; init; }

    public required int Gateways { get; init; }

    public required IReadOnlyList<WayReport> Ways { get; init; }

    /// <summary>Open connections from silo to silo.</summary>
    public required int SiloConnections { get; init; }

    /// <summary>From gateways to silos.</summary>
    public required int ClientConnections { get; init; }

    /// <summary>From silos and gateways to PostgreSQL.</summary>
    public required int DatabaseConnections { get; init; }

    /// <summary>Transactions on the database while nobody calls: membership, consumers that look for work, reports.</summary>
    public required double IdleTransactionsPerSecond { get; init; }

    /// <summary>Of one silo, of one processor.</summary>
    public required double IdleSiloCpuPercent { get; init; }

    /// <summary>Of one processor.</summary>
    public required double IdlePostgresCpuPercent { get; init; }
}
