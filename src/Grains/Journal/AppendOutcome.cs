namespace Engine.Grains.Journal;

/// <summary>What became of an append.</summary>
public readonly record struct AppendOutcome
{
    private AppendOutcome(bool committed, LanePosition position) => (IsCommitted, Position) = (committed, position);

    /// <summary>False: another activation wrote this version first (the fence), or the chain broke before. Nothing was written.</summary>
    public bool IsCommitted { get; }

    /// <summary>Where the row stands; only when committed.</summary>
    public LanePosition Position { get; }

    public static AppendOutcome Committed(LanePosition position) => new(true, position);

    public static AppendOutcome FenceLost { get; } = new(false, default);
}
