namespace Engine.LoadTests.Bench;

/// <summary>What <c>bench</c> measures with.</summary>
internal sealed record BenchOptions
{
    public string? JsonPath { get; init; }

    /// <summary>Measured for each part, over all rounds.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Rounds over all parts; a part's rate is the median of its rounds.</summary>
    public int Rounds { get; init; } = 3;

    /// <summary>For each part before the first round; a quarter of it before each measurement.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Conversations that the messages go to.</summary>
    public int Conversations { get; init; } = 1_024;

    /// <summary>On a PostgreSQL started for this run, instead of the embedded store.</summary>
    public bool UsesPostgres { get; init; }

    public string? EngineAssembly { get; init; }

    public string? DataParent { get; init; }

    public bool KeepsFiles { get; init; }
}
