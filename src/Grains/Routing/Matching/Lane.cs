namespace Engine.Grains.Routing.Matching;

/// <summary>
/// Conversations that the same agents could take, at the same price: when the first of them finds nobody, none does.
/// </summary>
internal sealed class Lane(Profile profile, int units, BoardAgent? only, Refusals? refusals)
{
    private int _place;

    public Profile Profile { get; } = profile;

    public int Units { get; } = units;

    /// <summary>The agent they all prefer and wait for; null: anybody.</summary>
    public BoardAgent? Only { get; } = only;

    /// <summary>Of a conversation that somebody declined: it has a lane of its own.</summary>
    public Refusals? Refusals { get; } = refusals;

    public IndexedHeap<WaitingEntry, WaitingEntry.InOrder> Entries { get; } = new();

    /// <summary>Nobody had room when last looked at, and nothing has changed since that could help. Its place in its list; -1: open.</summary>
    public int ClosedPlace { get; set; } = -1;

    /// <summary>Closed though somebody had room, who was held for what comes earlier.</summary>
    public bool IsHeldBack { get; set; }

    internal readonly struct ByFirst : IHeapOrder<Lane>
    {
        public static bool IsBefore(Lane a, Lane b) => a.Entries.First!.IsBefore(b.Entries.First!);

        public static ref int Place(Lane item) => ref item._place;
    }
}
