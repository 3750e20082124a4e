using Engine.Internal.V1;

namespace Engine.Grains.Journal;

/// <summary>Positions as messages.</summary>
public static class Positions
{
    public static Position ToMessage(this LanePosition position) => new()
    {
        Lane = position.Lane,
        Transaction = position.Transaction,
        Sequence = position.Sequence,
    };

    public static LanePosition ToLanePosition(this Position position)
    {
        ArgumentNullException.ThrowIfNull(position);
        return new LanePosition(position.Lane, position.Transaction, position.Sequence);
    }
}
