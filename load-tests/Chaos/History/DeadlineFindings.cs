namespace Engine.LoadTests.Chaos.History;

/// <summary>What became of the deadlines: ends of snoozes, and closings of what was resolved.</summary>
internal sealed record DeadlineFindings
{
    /// <summary>Deadlines that came due and that nothing had overtaken.</summary>
    public int Due { get; init; }

    /// <summary>Of these, recorded with the computed instant.</summary>
    public int Fired { get; init; }

    /// <summary>Recorded, or seen by a subscriber, before they were due.</summary>
    public int Early { get; init; }

    /// <summary>Recorded again.</summary>
    public int Doubled { get; init; }

    /// <summary>Due and not recorded.</summary>
    public int Missed { get; init; }

    /// <summary>Recorded with another instant than the computed one.</summary>
    public int WrongInstant { get; init; }

    /// <summary>From the instant to the commit, of each that was recorded.</summary>
    public IReadOnlyList<TimeSpan> Late { get; init; } = [];

    public IReadOnlyList<string> Examples { get; init; } = [];

    public int Harms => Early + Doubled + Missed + WrongInstant;
}
