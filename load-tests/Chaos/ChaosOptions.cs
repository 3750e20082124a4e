using Engine.LoadTests.Chaos.Faults;

namespace Engine.LoadTests.Chaos;

/// <summary>What <c>chaos</c> does.</summary>
internal sealed record ChaosOptions
{
    public int Silos { get; init; } = 3;

    public int Gateways { get; init; } = 2;

    /// <summary>Which kinds; none: only traffic.</summary>
    public IReadOnlyList<FaultKind> Faults { get; init; } = [FaultKind.Kill];

    /// <summary>Ends after as many kills; null: after <see cref="Time"/>.</summary>
    public int? Kills { get; init; }

    public TimeSpan Time { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>More arguments for every process of the engine.</summary>
    public IReadOnlyList<string> EngineArguments { get; init; } = [];

    /// <summary>From one fault to the next, a quarter more or less.</summary>
    public TimeSpan ChangeEvery { get; init; } = TimeSpan.FromSeconds(12);

    /// <summary>The longest that PostgreSQL is away.</summary>
    public TimeSpan DowntimeMax { get; init; } = TimeSpan.FromSeconds(15);

    public int MessagesPerSecond { get; init; } = 200;

    public int Conversations { get; init; } = 1_000;

    public int Seed { get; init; }

    /// <summary>Keeps every core busy with something else meanwhile.</summary>
    public bool Burns { get; init; }

    /// <summary>The second silo's clock is an hour ahead, the third's an hour behind.</summary>
    public bool HasWrongClocks { get; init; }

    public bool UsesSqlite { get; init; }

    public string? JsonPath { get; init; }

    public string? EngineAssembly { get; init; }

    public string? DataParent { get; init; }

    public bool KeepsLogs { get; init; }
}
