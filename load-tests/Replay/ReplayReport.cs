namespace Engine.LoadTests.Replay;

/// <summary>The outcome of a replay.</summary>
internal sealed record ReplayReport
{
    public required string Input { get; init; }

    /// <summary>Dialogues played.</summary>
    public required int Conversations { get; init; }

    /// <summary>Messages and notes that the engine acknowledged.</summary>
    public required int MessagesSent { get; init; }

    /// <summary>Messages and notes found in the last pass of reading back.</summary>
    public required int MessagesReadBack { get; init; }

    /// <summary>Over all passes.</summary>
    public required int Mismatches { get; init; }

    /// <summary>Over all passes.</summary>
    public required int Lost { get; init; }

    /// <summary>Over all passes.</summary>
    public required int Duplicated { get; init; }

    /// <summary>Dialogues that broke off because a call failed for good.</summary>
    public required int Failed { get; init; }

    /// <summary>Attempts beyond the first.</summary>
    public required long Retries { get; init; }

    /// <summary>Blank turns of the input, which were not sent.</summary>
    public required int BlankTurns { get; init; }

    /// <summary>Of playing, without reading back.</summary>
    public required double DurationS { get; init; }

    /// <summary>Of the calls that send a message or note, retries included.</summary>
    public required double? P50Ms { get; init; }

    /// <inheritdoc cref="P50Ms"/>
    public required double? P99Ms { get; init; }

    public required int Concurrency { get; init; }

    public required bool Restarted { get; init; }

    public required IReadOnlyList<ReadBackReport> ReadBack { get; init; }

    public required IReadOnlyList<string> Errors { get; init; }

    /// <summary>Nothing failed and everything was as it was sent.</summary>
    public bool Passed => Mismatches + Lost + Duplicated + Failed == 0;
}
