namespace Engine.LoadTests.Shift.Observing;

/// <summary>What an observer found. All of the first group must be 0.</summary>
internal sealed record Verdict
{
    public required long OverCapacity { get; init; }

    /// <summary>
    /// Instants over capacity only by what an agent did to conversations for which no customer waits, and which therefore cannot be
    /// returned: no harm by itself.
    /// </summary>
    public required long OverByOwnHand { get; init; }

    /// <summary>At the end, or while somebody had room.</summary>
    public required long Stranded { get; init; }

    /// <summary>Told before their time, or with another instant than the observer's clock finds.</summary>
    public required long EarlyDeadlines { get; init; }

    /// <summary>Due by the observer's clock and never told, or told twice.</summary>
    public required long MissedDeadlines { get; init; }

    public required long DoubleOwner { get; init; }

    /// <summary>Routed without a decision that says why.</summary>
    public required long Unexplained { get; init; }

    public required long Lost { get; init; }

    public required long Doubled { get; init; }

    /// <summary>Versions that the events left out.</summary>
    public required long MissingEvents { get; init; }

    /// <summary>Returned to their queue because the customer wrote again and the agent had no room: no fault.</summary>
    public required long ReturnedNoRoom { get; init; }

    /// <summary>Returned because the agent had left: no fault.</summary>
    public required long ReturnedAgentAbsent { get; init; }

    public required long Conversations { get; init; }

    public required long Messages { get; init; }

    /// <summary>By queues: routed and accepted.</summary>
    public required long Assigned { get; init; }

    public required long DeadlinesTold { get; init; }

    public required WaitMeter DeadlineLateness { get; init; }

    public required IReadOnlyList<SlaMeter> Sla { get; init; }

    public required WaitMeter WaitForAssignment { get; init; }

    public required WaitMeter WaitForAnswer { get; init; }

    public required StaffMeter Staff { get; init; }

    public required ExpectationMeter Expectations { get; init; }

    /// <summary>The most that waited at once.</summary>
    public required int WaitingMax { get; init; }

    public required IReadOnlyList<string> Examples { get; init; }

    /// <summary>What must be 0, in all.</summary>
    public long Harms =>
        OverCapacity + Stranded + EarlyDeadlines + MissedDeadlines + DoubleOwner + Unexplained + Lost + Doubled + MissingEvents;
}
