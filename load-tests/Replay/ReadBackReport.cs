namespace Engine.LoadTests.Replay;

/// <summary>One pass of reading everything back.</summary>
internal sealed record ReadBackReport
{
    /// <summary>before_restart or after_restart.</summary>
    public required string When { get; init; }

    public required int Conversations { get; init; }

    public required int MessagesReadBack { get; init; }

    /// <summary>Read a second time, as a watcher sees them.</summary>
    public required int ConversationsWatched { get; init; }

    public required int Mismatches { get; init; }

    public required int Lost { get; init; }

    public required int Duplicated { get; init; }

    public required double DurationS { get; init; }

    public required IReadOnlyList<string> Examples { get; init; }
}
