using Engine.Internal.V1;
using Engine.V1;

namespace Engine.Grains.Agents;

/// <summary>
/// For which queues an agent saves room up. A queue keeps its own smaller work from whoever it holds; but an agent who works
/// for several queues would be filled up by the others. So the queue says so, again and again while it lasts, and nothing of
/// it is stored: what is forgotten is told again in a second, and what is told no more is over in a few.
/// </summary>
internal sealed class RoomHolds
{
    private readonly Dictionary<string, HoldRoomCommand> _byQueue = new(StringComparer.Ordinal);

    public void Put(HoldRoomCommand hold) => _byQueue[hold.Queue] = hold;

    /// <summary>Whether another queue saves the room that is asked for up for something larger, and no less pressing.</summary>
    public bool Refuses(ReserveCommand command, DateTimeOffset now)
    {
        var reservation = command.Reservation;
        if (_byQueue.Count == 0 || command.IgnoreCapacity || reservation.ByHand.Length > 0) return false;
        foreach (var (queue, hold) in _byQueue)
        {
            if (hold.UntilTime.ToDateTimeOffset() <= now) _byQueue.Remove(queue);
            else if (queue != reservation.Queue && reservation.Units < hold.Units && Rank(command.Priority) <= Rank(hold.Priority)) return true;
        }

        return false;
    }

    private static Priority Rank(Priority priority) => priority == Priority.Unspecified ? Priority.Normal : priority;
}
