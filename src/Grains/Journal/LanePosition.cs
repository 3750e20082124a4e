namespace Engine.Grains.Journal;

/// <summary>A place within one lane. Positions of one lane are ordered; across lanes they say nothing.</summary>
/// <param name="Lane">In [0, 64).</param>
/// <param name="Transaction">PostgreSQL: the writing transaction's id. SQLite: 0.</param>
/// <param name="Sequence">Increasing within the transaction order.</param>
public readonly record struct LanePosition(int Lane, long Transaction, long Sequence) : IComparable<LanePosition>
{
    /// <exception cref="ArgumentException">The other place is in another lane.</exception>
    public int CompareTo(LanePosition other)
    {
        if (other.Lane != Lane) throw new ArgumentException("Places in different lanes have no order.", nameof(other));
        var byTransaction = Transaction.CompareTo(other.Transaction);
        return byTransaction != 0 ? byTransaction : Sequence.CompareTo(other.Sequence);
    }

    public static bool operator <(LanePosition left, LanePosition right) => left.CompareTo(right) < 0;

    public static bool operator >(LanePosition left, LanePosition right) => left.CompareTo(right) > 0;

    public static bool operator <=(LanePosition left, LanePosition right) => left.CompareTo(right) <= 0;

    public static bool operator >=(LanePosition left, LanePosition right) => left.CompareTo(right) >= 0;
}
