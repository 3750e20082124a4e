namespace Engine.LoadTests.Routing.Durable;

/// <summary>What <c>bench routing durable</c> measures with.</summary>
internal sealed record DurableRoutingOptions
{
    /// <summary>How many conversations wait; one measurement for each, in an engine of its own.</summary>
    public IReadOnlyList<int> Waiting { get; init; } = [5_000];

    public int Agents { get; init; } = 200;

    /// <summary>On the embedded store.</summary>
    public bool UsesSqlite { get; init; } = true;

    /// <summary>On a PostgreSQL started for it.</summary>
    public bool UsesPostgres { get; init; } = true;

    /// <summary>Calls at a time while filling.</summary>
    public int FillConcurrency { get; init; } = 128;

    public string? JsonPath { get; init; }

    public string? EngineAssembly { get; init; }

    public string? DataParent { get; init; }

    public bool KeepsFiles { get; init; }
}
