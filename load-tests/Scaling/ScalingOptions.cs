namespace Engine.LoadTests.Scaling;

/// <summary>What <c>scaling</c> measures with.</summary>
internal sealed record ScalingOptions
{
    public IReadOnlyList<int> Silos { get; init; } = [1, 2, 4, 8];

    /// <summary>For each way.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(20);

    public int Concurrency { get; init; } = 64;

    public int Conversations { get; init; } = 1_024;

    public string? JsonPath { get; init; }

    public string? EngineAssembly { get; init; }

    public string? DataParent { get; init; }

    public bool KeepsLogs { get; init; }
}
