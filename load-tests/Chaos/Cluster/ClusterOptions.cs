namespace Engine.LoadTests.Chaos.Cluster;

/// <summary>Which processes a cluster has.</summary>
internal sealed record ClusterOptions
{
    public int Silos { get; init; } = 3;

    /// <summary>None: the silos serve the API themselves.</summary>
    public int Gateways { get; init; } = 2;

    /// <summary>The silos serve the API besides the gateways.</summary>
    public bool SilosServe { get; init; }

    /// <summary>One engine on its embedded store instead of a cluster.</summary>
    public bool UsesSqlite { get; init; }

    /// <summary>Gives every process an address of its own, so that connections can be cut.</summary>
    public bool CanCut { get; init; }

    /// <summary>The engine.dll; null: built first.</summary>
    public string? EngineAssembly { get; init; }

    /// <summary>Where the run's folder is made; null: temporary files.</summary>
    public string? Parent { get; init; }

    /// <summary>Leave the processes' logs there at the end.</summary>
    public bool KeepsLogs { get; init; }

    /// <summary>Arguments of all processes besides those that make them a cluster.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Words before the command of one silo, by its number from 1: a clock that goes wrong, for example.</summary>
    public IReadOnlyDictionary<int, SiloSurroundings> Surroundings { get; init; } = new Dictionary<int, SiloSurroundings>();
}
