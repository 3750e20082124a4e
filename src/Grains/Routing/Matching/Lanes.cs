namespace Engine.Grains.Routing.Matching;

/// <summary>
/// The lanes: those in which a match may be found, ordered by their first conversation, and those known to find nobody.
/// </summary>
internal sealed class Lanes(Roster roster)
{
    private readonly Dictionary<Key, Lane> _lanes = [];
    private readonly IndexedHeap<Lane, Lane.ByFirst> _open = new();
    private readonly List<Lane> _closed = [];
    private readonly List<Lane> _closedAlone = [];

    /// <summary>With the first conversation in order for whom somebody may be found.</summary>
    public Lane? First => _open.First;

    public void Join(WaitingEntry entry, Profile profile, BoardAgent? only, Refusals? refusals)
    {
        Lane? lane;
        if (refusals is not null) lane = new Lane(profile, entry.Units, null, refusals);
        else if (!_lanes.TryGetValue(new Key(profile, entry.Units, only), out lane))
            _lanes[new Key(profile, entry.Units, only)] = lane = new Lane(profile, entry.Units, only, null);
        lane.Entries.Add(entry);
        entry.Lane = lane;
        if (lane.ClosedPlace >= 0) return;
        if (lane.Entries.Count == 1) _open.Add(lane);
        else if (lane.Entries.First == entry) _open.Moved(lane);
    }

    public void Leave(WaitingEntry entry)
    {
        var lane = entry.Lane!;
        entry.Lane = null;
        if (lane.Entries.Count == 1)
        {
            // Ordered by its first conversation: out of the order before that one is gone.
            if (lane.ClosedPlace >= 0) Unlist(lane);
            else _open.Remove(lane);
            lane.Entries.Remove(entry);
            if (lane.Refusals is null) _lanes.Remove(new Key(lane.Profile, lane.Units, lane.Only));
            return;
        }

        var wasFirst = lane.Entries.First == entry;
        lane.Entries.Remove(entry);
        if (wasFirst && lane.ClosedPlace < 0) _open.Moved(lane);
    }

    /// <summary>Nobody was found for its first conversation, so for none.</summary>
    public void Close(Lane lane)
    {
        _open.Remove(lane);
        var list = ListOf(lane);
        lane.ClosedPlace = list.Count;
        list.Add(lane);
    }

    /// <summary>Somebody fits otherwise: looks again everywhere.</summary>
    public void OpenAll()
    {
        for (var i = _closed.Count - 1; i >= 0; i--) Open(_closed[i]);
        OpenDeclined();
    }

    /// <summary>An agent has more room: looks again where that may help.</summary>
    public void OpenFor(BoardAgent agent)
    {
        var room = roster.Room[agent.Slot];
        if (room <= 0) return;
        Open(_closed, agent, room);
        Open(_closedAlone, agent, room);
        for (var i = agent.PreferredLanes.Count - 1; i >= 0; i--)
            if (agent.PreferredLanes[i].Units <= room) Open(agent.PreferredLanes[i]);
    }

    /// <summary>Somebody came or went: whether nobody else is left for what was declined may have changed.</summary>
    public void OpenDeclined()
    {
        for (var i = _closedAlone.Count - 1; i >= 0; i--) Open(_closedAlone[i]);
    }

    private void Open(List<Lane> lanes, BoardAgent agent, int room)
    {
        for (var i = lanes.Count - 1; i >= 0; i--)
            if (lanes[i].Units <= room && lanes[i].Profile.Fits(agent)) Open(lanes[i]);
    }

    private void Open(Lane lane)
    {
        Unlist(lane);
        _open.Add(lane);
    }

    private void Unlist(Lane lane)
    {
        var list = ListOf(lane);
        var last = list[^1];
        list[lane.ClosedPlace] = last;
        last.ClosedPlace = lane.ClosedPlace;
        list.RemoveAt(list.Count - 1);
        lane.ClosedPlace = -1;
    }

    private List<Lane> ListOf(Lane lane) =>
        lane.Only is { } agent ? agent.PreferredLanes : lane.Refusals is not null ? _closedAlone : _closed;

    private readonly record struct Key(Profile Profile, int Units, BoardAgent? Only);
}
