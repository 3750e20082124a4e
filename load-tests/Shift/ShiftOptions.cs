namespace Engine.LoadTests.Shift;

/// <summary>What <c>shift</c> does.</summary>
internal sealed record ShiftOptions
{
    /// <summary>Engine time for each second of real time.</summary>
    public int ClockSpeed { get; init; } = 60;

    public int Agents { get; init; } = 40;

    public int Customers { get; init; } = 3_000;

    /// <summary>Of engine time, in which customers come.</summary>
    public TimeSpan Hours { get; init; } = TimeSpan.FromHours(8);

    /// <summary>Of engine time after it, in which the staff may finish.</summary>
    public TimeSpan Overtime { get; init; } = TimeSpan.FromHours(3);

    /// <summary>More arguments for every process of the engine.</summary>
    public IReadOnlyList<string> EngineArguments { get; init; } = [];

    /// <summary>1 without PostgreSQL: one engine on its embedded store.</summary>
    public int Silos { get; init; } = 1;

    public bool UsesPostgres { get; init; }

    /// <summary>Silos are killed while it goes on.</summary>
    public bool Kills { get; init; }

    /// <summary>So many at most.</summary>
    public int KillsMax { get; init; } = int.MaxValue;

    /// <summary>From one kill to the next, in real time; a quarter more or less.</summary>
    public TimeSpan ChangeEvery { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Calls at a time.</summary>
    public int Concurrency { get; init; } = 128;

    /// <summary>How much of its units a conversation holds whose customer owes an answer, in percent; null: that of the profile.</summary>
    public int? PendingPercent { get; init; }

    public int Seed { get; init; }

    public string? JsonPath { get; init; }

    public string? EngineAssembly { get; init; }

    public string? DataParent { get; init; }

    public bool KeepsLogs { get; init; }
}
