using System.Runtime.InteropServices;
using Engine.Internal.V1;
using Engine.V1;

namespace Engine.Grains.Routing.Matching;

/// <summary>
/// The agents, and of each the two figures that matching compares, in arrays by slot: how much room there is now, and how
/// the queue's rule ranks them. One look at everybody who fits is a walk through two small arrays.
/// </summary>
internal sealed class Roster(Timers timers)
{
    /// <summary>The room of one who is not there.</summary>
    public const int Absent = int.MinValue;

    /// <summary>The room of one who is to be left alone for now.</summary>
    public const int Resting = int.MinValue + 1;

    private readonly Dictionary<string, BoardAgent> _agents = new(StringComparer.Ordinal);
    private readonly List<BoardAgent> _bySlot = [];
    private readonly List<int> _room = [];
    private readonly List<long> _score = [];
    private List<BoardAgent>? _byId;

    /// <summary>How agents are ranked.</summary>
    public RoutingRule Choice { get; set; }

    /// <summary>Another one whenever somebody fits otherwise than before.</summary>
    public long FitStamp { get; set; }

    /// <summary>Free units by slot, below 0 too; <see cref="Absent"/> or <see cref="Resting"/>.</summary>
    public ReadOnlySpan<int> Room => CollectionsMarshal.AsSpan(_room);

    /// <summary>By slot; the highest is chosen, of equal ones the lowest id.</summary>
    public ReadOnlySpan<long> Score => CollectionsMarshal.AsSpan(_score);

    /// <summary>All, by id.</summary>
    public IReadOnlyList<BoardAgent> ById
    {
        get
        {
            if (_byId is not null) return _byId;
            _byId = [.. _bySlot];
            _byId.Sort(static (a, b) => string.CompareOrdinal(a.Id, b.Id));
            return _byId;
        }
    }

    public BoardAgent At(int slot) => _bySlot[slot];

    public BoardAgent? Find(string id) => _agents.GetValueOrDefault(id);

    /// <summary>Also of one not heard of before.</summary>
    public BoardAgent Get(string id)
    {
        if (_agents.TryGetValue(id, out var agent)) return agent;
        agent = new BoardAgent(id, _bySlot.Count);
        _agents[id] = agent;
        _bySlot.Add(agent);
        _room.Add(Absent);
        _score.Add(0);
        _byId = null;
        return agent;
    }

    /// <summary>Reckons an agent's figures anew.</summary>
    /// <returns>Whether there is more room than before.</returns>
    public bool Refresh(BoardAgent agent, long now)
    {
        var due = agent.RestUntil > now ? agent.RestUntil : BoardTime.Never;
        var load = (long)(agent.Told?.HeldUnits ?? 0);
        foreach (var reserved in (IEnumerable<ReservedUnits>?)agent.Told?.Reservations ?? [])
        {
            var expire = BoardTime.Ticks(reserved.ExpireTime, BoardTime.Never);
            if (expire <= now) continue;
            load += reserved.Units;
            due = Math.Min(due, expire);
        }

        var lastAssign = BoardTime.Ticks(agent.Told?.LastAssignTime, long.MinValue);
        foreach (var hold in agent.Holds)
        {
            lastAssign = Math.Max(lastAssign, hold.Since);
            if (!hold.IsTold) load += hold.Units;
        }

        timers.Set(agent, due);
        agent.LastAssign = lastAssign;
        agent.LoadUnits = (int)Math.Min(load, int.MaxValue);
        var free = agent.CapacityUnits - agent.LoadUnits;
        var room = !agent.IsOnline ? Absent : agent.RestUntil > now ? Resting : free;
        var had = _room[agent.Slot];
        _room[agent.Slot] = room;
        _score[agent.Slot] = ScoreOf(agent, free);
        return room > had;
    }

    private long ScoreOf(BoardAgent agent, int free) => Choice switch
    {
        // Of fractions with such small denominators different ones are different as doubles, and equal ones equal.
        RoutingRule.MostSpareShare when agent.CapacityUnits > 0 => free <= 0 ? 0 : BitConverter.DoubleToInt64Bits((double)free / agent.CapacityUnits),
        RoutingRule.MostSpareShare => 0,
        RoutingRule.RoundRobin => agent.LastAssign == long.MinValue ? long.MaxValue : -agent.LastAssign,
        _ => free,
    };
}
