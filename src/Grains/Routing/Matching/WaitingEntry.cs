using Engine.Internal.V1;

namespace Engine.Grains.Routing.Matching;

/// <summary>A waiting conversation on the board. Its <see cref="Timed.Due"/> is when it would be looked for elsewhere than now.</summary>
internal sealed class WaitingEntry : Timed
{
    private int _place;

    public WaitingEntry(WaitingConversation conversation, int units)
    {
        Conversation = conversation;
        Units = units;
        Priority = PriorityOf(conversation);
        Deadline = BoardTime.Ticks(conversation.DeadlineTime, BoardTime.Never);
        WaitBegin = BoardTime.Ticks(conversation.WaitBeginTime, 0);
        NotBefore = BoardTime.Ticks(conversation.NotBeforeTime, 0);
    }

    public WaitingConversation Conversation { get; }

    public string Id => Conversation.Conversation;

    public int Units { get; }

    public bool IsCallback => Conversation.Mode == Engine.V1.ConversationMode.Callback;

    public int Priority { get; }

    public long Deadline { get; }

    public long WaitBegin { get; }

    public long NotBefore { get; }

    /// <summary>Held for somebody.</summary>
    public bool IsUnderWay { get; set; }

    /// <summary>Where it waits; null: under way, or not to be given to anybody yet.</summary>
    public Lane? Lane { get; set; }

    /// <summary>Whether it is listed with its preferred agent.</summary>
    public bool IsPreferring { get; set; }

    public static int PriorityOf(WaitingConversation conversation) =>
        (int)(conversation.Priority == Engine.V1.Priority.Unspecified ? Engine.V1.Priority.Normal : conversation.Priority);

    /// <summary>The order of the queue: total, since ids differ.</summary>
    public bool IsBefore(WaitingEntry other)
    {
        if (Priority != other.Priority) return Priority > other.Priority;
        if (Deadline != other.Deadline) return Deadline < other.Deadline;
        if (WaitBegin != other.WaitBegin) return WaitBegin < other.WaitBegin;
        return string.CompareOrdinal(Id, other.Id) < 0;
    }

    internal readonly struct InOrder : IHeapOrder<WaitingEntry>
    {
        public static bool IsBefore(WaitingEntry a, WaitingEntry b) => a.IsBefore(b);

        public static ref int Place(WaitingEntry item) => ref item._place;
    }
}
