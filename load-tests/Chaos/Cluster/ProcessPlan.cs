using System.Net;

namespace Engine.LoadTests.Chaos.Cluster;

/// <summary>How a process of the cluster is started, each time anew.</summary>
internal sealed record ProcessPlan
{
    public required string Name { get; init; }

    /// <summary>Program and arguments.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>What it prints, over all its lives.</summary>
    public required string LogFile { get; init; }

    /// <summary>What it calls itself in the journal: where other silos reach it. Null: a gateway, or no cluster.</summary>
    public IPEndPoint? SiloListens { get; init; }

    /// <summary>Where clients of the silo connect; null as <see cref="SiloListens"/>.</summary>
    public IPEndPoint? GatewayListens { get; init; }

    /// <summary>Where it says that it listens.</summary>
    public required IPEndPoint Listens { get; init; }
}
