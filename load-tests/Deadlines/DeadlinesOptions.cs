namespace Engine.LoadTests.Deadlines;

/// <summary>What <c>deadlines</c> measures with.</summary>
internal sealed record DeadlinesOptions
{
    /// <summary>Open conversations in all, each with deadlines ahead.</summary>
    public int Conversations { get; init; } = 200_000;

    /// <summary>Due one after the other.</summary>
    public int DuePerSecond { get; init; } = 100;

    /// <summary>For so many seconds; at most 90, each has a policy of its own.</summary>
    public int Seconds { get; init; } = 60;

    /// <summary>Due at one instant.</summary>
    public int AtOnce { get; init; } = 20_000;

    public bool UsesPostgres { get; init; }

    /// <summary>Calls at a time while filling.</summary>
    public int FillConcurrency { get; init; } = 256;

    /// <summary>How many times as much lead as planned deadlines get; more for a machine that turned out too slow.</summary>
    public double Lead { get; init; } = 1;

    public string? JsonPath { get; init; }

    public string? EngineAssembly { get; init; }

    public string? DataParent { get; init; }

    public bool KeepsFiles { get; init; }

    public int Spread => DuePerSecond * Seconds;

    /// <summary>Due much later: they are only there.</summary>
    public int Far => Conversations - Spread - AtOnce;
}
