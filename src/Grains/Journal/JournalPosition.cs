namespace Engine.Grains.Journal;

/// <summary>A position in every lane: what a consumer has read. Immutable.</summary>
public sealed class JournalPosition : IEquatable<JournalPosition>
{
    private readonly LanePosition[] _lanes;

    private JournalPosition(LanePosition[] lanes) => _lanes = lanes;

    /// <summary>Before the first row of every lane.</summary>
    public static JournalPosition Start { get; } = At(0, 0);

    public LanePosition this[int lane] => _lanes[lane];

    /// <summary>The same place in every lane, as stores with one global order have it.</summary>
    public static JournalPosition At(long transaction, long sequence)
    {
        var lanes = new LanePosition[StreamName.LaneCount];
        for (var lane = 0; lane < lanes.Length; lane++) lanes[lane] = new LanePosition(lane, transaction, sequence);
        return new JournalPosition(lanes);
    }

    /// <exception cref="ArgumentException">Not exactly one position for each of the 64 lanes, in order.</exception>
    public static JournalPosition Of(IReadOnlyList<LanePosition> lanes)
    {
        ArgumentNullException.ThrowIfNull(lanes);
        if (lanes.Count != StreamName.LaneCount || lanes.Where((p, i) => p.Lane != i).Any())
            throw new ArgumentException("A journal position holds one position for each lane, in order.", nameof(lanes));
        return new JournalPosition([.. lanes]);
    }

    /// <summary>This position with one lane replaced.</summary>
    public JournalPosition With(LanePosition position)
    {
        var lanes = (LanePosition[])_lanes.Clone();
        lanes[position.Lane] = position;
        return new JournalPosition(lanes);
    }

    /// <summary>Whether a row at this place has been read.</summary>
    public bool Covers(LanePosition position) => _lanes[position.Lane] >= position;

    public bool Equals(JournalPosition? other) => other is not null && _lanes.AsSpan().SequenceEqual(other._lanes);

    public override bool Equals(object? obj) => Equals(obj as JournalPosition);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var lane in _lanes) hash.Add(lane);
        return hash.ToHashCode();
    }
}
