namespace Engine.LoadTests.Chaos.History;

/// <summary>A commit of a conversation, read back after the run.</summary>
internal sealed record LoggedCommit
{
    public required long Version { get; init; }

    public DateTimeOffset CommitTime { get; init; }

    /// <summary>The engine itself did it: a deadline.</summary>
    public bool ByEngine { get; init; }

    /// <summary>The number of the operation whose message or note it added; null: none.</summary>
    public long? Message { get; init; }

    /// <summary>Whether the message is a note, which is not counted.</summary>
    public bool IsNote { get; init; }

    public IReadOnlyList<LoggedStatus> Statuses { get; init; } = [];
}
