namespace Engine.LoadTests.Replay;

/// <summary>What to replay, and how.</summary>
internal sealed record ReplayOptions
{
    public required string Input { get; init; }

    /// <summary>A running engine; null: start one.</summary>
    public Uri? Target { get; init; }

    /// <summary>An ADMIN key of the target.</summary>
    public string? Key { get; init; }

    /// <summary>The program of the engine to start; null: the repository's own, built first.</summary>
    public string? EngineAssembly { get; init; }

    /// <summary>Where the started engine's folder is made; null: the system's folder for temporary files.</summary>
    public string? DataParent { get; init; }

    public string? JsonPath { get; init; }

    /// <summary>Dialogues in flight.</summary>
    public int Concurrency { get; init; } = 64;

    /// <summary>Dialogues at most.</summary>
    public int DialoguesMax { get; init; } = int.MaxValue;

    /// <summary>Agents who answer.</summary>
    public int Agents { get; init; } = 8;

    /// <summary>Conversations that are also read back as a watcher sees them.</summary>
    public int Watched { get; init; } = 200;

    /// <summary>Kill the engine after playing, start it on the same files and read back once more.</summary>
    public bool Restart { get; init; }

    /// <summary>Leave the started engine's files there.</summary>
    public bool KeepsFiles { get; init; }
}
