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

    /// <summary>Where it says that it listens.</summary>
    public required IPEndPoint Listens { get; init; }
}
