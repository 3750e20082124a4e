namespace Engine.Grains.Journal;

/// <summary>A position in every lane: what a consumer has read. Immutable.</summary>
public sealed class JournalPosition : IEquatable<JournalPosition>
{
    private readonly long _transaction;
    private readonly long _sequence;

    /// <summary>Null: every lane stands at the same place, which is the usual case and takes no array.</summary>
    private readonly LanePosition[]? _lanes;

    private JournalPosition(long transaction, long sequence) => (_transaction, _sequence) = (transaction, sequence);

    private JournalPosition(LanePosition[] lanes) => _lanes = lanes;

    /// <summary>Before the first row of every lane.</summary>
    public static JournalPosition Start { get; } = At(0, 0);

    public LanePosition this[int lane]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(lane);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(lane, StreamName.LaneCount);
            return _lanes is null ? new LanePosition(lane, _transaction, _sequence) : _lanes[lane];
        }
    }

    /// <summary>The same place in every lane.</summary>
    public static JournalPosition At(long transaction, long sequence) => new(transaction, sequence);

    /// <exception cref="ArgumentException">Not exactly one position for each of the 64 lanes, in order.</exception>
    public static JournalPosition Of(IReadOnlyList<LanePosition> lanes)
    {
        ArgumentNullException.ThrowIfNull(lanes);
        if (lanes.Count != StreamName.LaneCount || lanes.Where((p, i) => p.Lane != i).Any())
            throw new ArgumentException("A journal position holds one position for each lane, in order.", nameof(lanes));
        return lanes.All(p => p.Transaction == lanes[0].Transaction && p.Sequence == lanes[0].Sequence)
            ? At(lanes[0].Transaction, lanes[0].Sequence)
            : new JournalPosition([.. lanes]);
    }

    /// <summary>This position with one lane replaced.</summary>
    public JournalPosition With(LanePosition position)
    {
        var lanes = new LanePosition[StreamName.LaneCount];
        for (var lane = 0; lane < lanes.Length; lane++) lanes[lane] = this[lane];
        lanes[position.Lane] = position;
        return Of(lanes);
    }

    /// <summary>This position with some lanes as they are in another.</summary>
    public JournalPosition With(LaneSet lanes, JournalPosition position)
    {
        ArgumentNullException.ThrowIfNull(position);
        if (lanes.Groups == 1) return position;
        var merged = new LanePosition[StreamName.LaneCount];
        for (var lane = 0; lane < merged.Length; lane++) merged[lane] = lanes.Contains(lane) ? position[lane] : this[lane];
        return Of(merged);
    }

    /// <summary>Whether a row at this place has been read.</summary>
    public bool Covers(LanePosition position) => this[position.Lane] >= position;

    public bool Equals(JournalPosition? other)
    {
        if (other is null) return false;
        if (_lanes is not null && other._lanes is not null) return _lanes.AsSpan().SequenceEqual(other._lanes);
        return _lanes is null && other._lanes is null && _transaction == other._transaction && _sequence == other._sequence;
    }

    public override bool Equals(object? obj) => Equals(obj as JournalPosition);

    public override int GetHashCode() => HashCode.Combine(this[0], this[StreamName.LaneCount - 1]);
}
