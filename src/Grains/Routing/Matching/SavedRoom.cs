namespace Engine.Grains.Routing.Matching;

/// <summary>
/// Room saved up for work that needs more than anyone has free.
/// <para>
/// Units become free a few at a time, and whatever fits takes them at once. A telephone call that needs a whole agent would so
/// wait for ever behind letters that come later than it: nobody ever has that many units free. To give the letters to nobody
/// would leave people idle; to call back first whoever asks would leave the letters. So a few agents are held: those who have
/// the fewest units left to free get nothing that is smaller and later in the order, and what they finish adds up. It is a
/// claim of the conversation's place in the order, and goes no further: what comes earlier still gets those units.
/// </para>
/// <para>
/// Who claims: callbacks in their time, and whatever is first of all in the order while something smaller waits; the first
/// <see cref="ClaimsMax"/> by the order, each for so many agents as the queue says, and not more than its share of those who
/// fit. Nothing of it is remembered: who is held follows from what waits and how much room there is. It is stable all the
/// same, since whoever is held is soon the one with most room. It is reckoned anew only after what may change it.
/// </para>
/// </summary>
internal sealed class SavedRoom(Roster roster, QueueRules rules, Func<Lane, int[]> asked)
{
    /// <summary>Reckoning is done again and again: a bound to what it costs.</summary>
    public const int ClaimsMax = 32;

    private const int PercentOfAll = 100;
    private const int Nobody = -1;

    private readonly SortedSet<WaitingEntry> _callbacks = new(Comparer<WaitingEntry>.Create(
        static (a, b) => ReferenceEquals(a, b) ? 0 : a.IsBefore(b) ? -1 : 1));

    private readonly List<(int Slot, WaitingEntry Entry)> _held = [];
    private readonly List<(int Slot, WaitingEntry Entry)> _before = [];
    private WaitingEntry?[] _bySlot = [];
    private WaitingEntry? _first;
    private long _fitStamp;
    private int _roomMin;
    private bool _isStale;

    /// <summary>Agents held.</summary>
    public int Count => _held.Count;

    /// <summary>Who is held, and for what; in the order of what they are held for.</summary>
    public IReadOnlyList<(int Slot, WaitingEntry Entry)> Held => _held;

    /// <summary>Where a conversation waits has changed.</summary>
    public void OnJoined(WaitingEntry entry)
    {
        if (entry.IsCallback && rules.HeldAgentsMax > 0) _isStale |= _callbacks.Add(entry);
    }

    /// <inheritdoc cref="OnJoined"/>
    public void OnLeft(WaitingEntry entry)
    {
        var claimed = entry.IsCallback && _callbacks.Remove(entry);
        _isStale |= claimed || entry == _first;
    }

    /// <summary>An agent has other room than before. Less of it is no matter unless the agent is held, nor is more that is less than all the held have.</summary>
    public void OnRoom(int slot, int had, int has)
    {
        if (had == has || (_callbacks.Count == 0 && _first is null)) return;
        _isStale |= had <= Roster.Resting || has <= Roster.Resting || (has > had && has >= _roomMin) || IsHeld(slot);
    }

    /// <summary>Something that all of it depends on has changed.</summary>
    public void OnOther() => _isStale = true;

    /// <summary>For whom the agent is held, if that is somebody who comes before another one; null: the agent is free for it.</summary>
    public WaitingEntry? HeldBefore(WaitingEntry? entry, int slot) =>
        slot < _bySlot.Length && _bySlot[slot] is { } held && (entry is null || held.IsBefore(entry)) ? held : null;

    /// <summary>Slots of those held for a conversation.</summary>
    public IEnumerable<int> HeldFor(WaitingEntry entry) => _held.Where(held => held.Entry == entry).Select(held => held.Slot);

    /// <summary>Reckons who is held, if that may have changed.</summary>
    /// <param name="lanes">What waits.</param>
    /// <returns>Whether others are held now, or for others.</returns>
    public bool Refresh(Lanes lanes)
    {
        if (rules.HeldAgentsMax == 0) return false;
        var first = lanes.Stuck is { } stuck && stuck.Units > lanes.UnitsMin ? stuck : null;
        if (!_isStale && first == _first && (_fitStamp == roster.FitStamp || (first is null && _callbacks.Count == 0))) return false;
        (_isStale, _first, _fitStamp) = (false, first, roster.FitStamp);
        Reckon();
        return !_held.SequenceEqual(_before);
    }

    private void Reckon()
    {
        _before.Clear();
        _before.AddRange(_held);
        _held.Clear();
        foreach (var (slot, _) in _before) _bySlot[slot] = null;
        _roomMin = int.MaxValue;
        if (_bySlot.Length < roster.Room.Length) Array.Resize(ref _bySlot, roster.Room.Length);
        var claims = 0;
        if (_first is { } first)
        {
            claims++;
            Hold(first);
        }

        foreach (var entry in _callbacks)
        {
            if (entry == _first) continue;
            if (claims++ == ClaimsMax) break;
            Hold(entry);
        }
    }

    private void Hold(WaitingEntry entry)
    {
        var lane = entry.Lane!;
        lane.Profile.Freshen(roster);
        var room = roster.Room;
        var (there, held) = (0, 0);
        foreach (var slot in lane.Profile.Slots)
        {
            if (room[slot] == Roster.Absent) continue;
            there++;
            if (_bySlot[slot] is not null) held++;
        }

        var left = Math.Min(rules.HeldAgentsMax, Math.Max(1, there * rules.HeldAgentsPercent / PercentOfAll) - held);
        if (left <= 0) return;
        var slots = asked(lane);
        for (; left > 0 && Nearest(slots, entry.Units) is var slot && slot != Nobody; left--)
        {
            _bySlot[slot] = entry;
            _held.Add((slot, entry));
            _roomMin = Math.Min(_roomMin, room[slot]);
        }
    }

    /// <summary>Of those who could ever take it: who has fewest units left to free.</summary>
    private int Nearest(int[] slots, int units)
    {
        var room = roster.Room;
        var (nearest, most) = (Nobody, Roster.Resting);
        foreach (var slot in slots)
        {
            if (room[slot] <= most || _bySlot[slot] is not null || roster.At(slot).CapacityUnits < units) continue;
            (nearest, most) = (slot, room[slot]);
        }

        return nearest;
    }

    private bool IsHeld(int slot) => slot < _bySlot.Length && _bySlot[slot] is not null;
}
