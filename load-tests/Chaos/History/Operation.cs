namespace Engine.LoadTests.Chaos.History;

/// <summary>One call with all its attempts, as its caller saw it.</summary>
internal sealed class Operation
{
    /// <summary>Counts all operations of a run; a message's text begins with it.</summary>
    public required long Number { get; init; }

    public required OperationKind Kind { get; init; }

    /// <summary>The customer it concerns; a customer has one conversation at a time.</summary>
    public required int Slot { get; init; }

    /// <summary>Time stamp before the first attempt was sent.</summary>
    public required long Start { get; init; }

    /// <summary>Time stamp after the last answer, or of giving up.</summary>
    public long End { get; set; }

    public int Attempts { get; set; }

    public OperationOutcome Outcome { get; set; }

    /// <summary>conversations/{conversation}; for a customer's message only known from the answer.</summary>
    public string? Conversation { get; set; }

    /// <summary>The conversation's version that the answer named; of a list, that of its newest message or 0.</summary>
    public long Version { get; set; }

    /// <summary>What Get said about how many messages there are.</summary>
    public long MessageCount { get; set; }

    /// <summary>Until when Snooze sets it aside.</summary>
    public DateTimeOffset? Until { get; set; }

    /// <summary>What List answered, newest first.</summary>
    public IReadOnlyList<ReadMessage>? Read { get; set; }

    /// <summary>What the engine said instead, for the report.</summary>
    public string? Failure { get; set; }

    public bool IsMessage => Kind is OperationKind.CustomerMessage or OperationKind.AgentMessage or OperationKind.Note;

    public bool IsRead => Kind is OperationKind.Get or OperationKind.List;
}
