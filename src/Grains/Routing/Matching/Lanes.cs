namespace Engine.Grains.Routing.Matching;

/// <summary>
/// The lanes: those in which a match may be found, ordered by their first conversation, and those known to find nobody.
/// </summary>
internal sealed class Lanes(Roster roster)
{
    private readonly Dictionary<Key, Lane> _lanes = [];
    private readonly IndexedHeap<Lane, Lane.ByFirst> _open = new();
    private readonly IndexedHeap<Lane, Lane.ByFirst> _shut = new();
    private readonly HashSet<Lane> _heldBack = [];
    private readonly Dictionary<int, int> _byUnits = [];
    private readonly List<Lane> _closed = [];
    private readonly List<Lane> _closedAlone = [];

    /// <summary>With the first conversation in order for whom somebody may be found.</summary>
    public Lane? First => _open.First;

    /// <summary>The first in order of all, if it is known to find nobody.</summary>
    public WaitingEntry? Stuck
    {
        get
        {
            if (_shut.First is not { } shut) return null;
            return _open.First is { } open && Lane.ByFirst.IsBefore(open, shut) ? null : shut.Entries.First;
        }
    }

    /// <summary>What the smallest of all asks for.</summary>
    public int UnitsMin { get; private set; } = int.MaxValue;

    public void Join(WaitingEntry entry, Profile profile, BoardAgent? only, Refusals? refusals)
    {
        Lane? lane;
        if (refusals is not null) Count(lane = new Lane(profile, entry.Units, null, refusals));
        else if (!_lanes.TryGetValue(new Key(profile, entry.Units, only), out lane))
            Count(_lanes[new Key(profile, entry.Units, only)] = lane = new Lane(profile, entry.Units, only, null));
        lane.Entries.Add(entry);
        entry.Lane = lane;
        if (lane.ClosedPlace >= 0)
        {
            if (lane.Entries.First != entry) return;
            _shut.Moved(lane);
            // Those who are held are perhaps held for what comes later than this one.
            if (lane.IsHeldBack) Open(lane);
            return;
        }

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
            Discount(lane);
            return;
        }

        var wasFirst = lane.Entries.First == entry;
        lane.Entries.Remove(entry);
        if (wasFirst) (lane.ClosedPlace < 0 ? _open : _shut).Moved(lane);
    }

    /// <summary>Nobody was found for its first conversation, so for none.</summary>
    /// <param name="isHeldBack">Somebody had room, and was held for what comes earlier.</param>
    public void Close(Lane lane, bool isHeldBack)
    {
        _open.Remove(lane);
        _shut.Add(lane);
        lane.IsHeldBack = isHeldBack;
        if (isHeldBack) _heldBack.Add(lane);
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

    /// <summary>Others are held than before, or for others: looks again where that was in the way.</summary>
    public void OpenHeldBack()
    {
        if (_heldBack.Count == 0) return;
        foreach (var lane in _heldBack.ToList()) Open(lane);
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
        _shut.Remove(lane);
        if (lane.IsHeldBack) _heldBack.Remove(lane);
        lane.IsHeldBack = false;
        var list = ListOf(lane);
        var last = list[^1];
        list[lane.ClosedPlace] = last;
        last.ClosedPlace = lane.ClosedPlace;
        list.RemoveAt(list.Count - 1);
        lane.ClosedPlace = -1;
    }

    private List<Lane> ListOf(Lane lane) =>
        lane.Only is { } agent ? agent.PreferredLanes : lane.Refusals is not null ? _closedAlone : _closed;

    private void Count(Lane lane)
    {
        _byUnits[lane.Units] = _byUnits.GetValueOrDefault(lane.Units) + 1;
        UnitsMin = Math.Min(UnitsMin, lane.Units);
    }

    private void Discount(Lane lane)
    {
        var left = _byUnits[lane.Units] - 1;
        _byUnits[lane.Units] = left;
        if (left > 0) return;
        _byUnits.Remove(lane.Units);
        if (lane.Units == UnitsMin) UnitsMin = _byUnits.Count == 0 ? int.MaxValue : _byUnits.Keys.Min();
    }

    private readonly record struct Key(Profile Profile, int Units, BoardAgent? Only);
}
