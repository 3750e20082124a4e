using Engine.Internal.V1;
using NodaTime;

namespace Engine.Grains.Routing.Matching;

public sealed partial class QueueBoard
{
    /// <summary>
    /// An agent as the agent tells it. One who works neither for this queue nor for one that its relax steps name is nobody to
    /// be asked.
    /// </summary>
    /// <returns>False: not newer than what is known; nothing changed.</returns>
    public bool PutAgent(AgentRouting agent, Instant now)
    {
        ArgumentNullException.ThrowIfNull(agent);
        Advance(now);
        var known = _roster.Get(agent.Agent);
        if (known.Version >= agent.Version) return false;
        Tell(known, agent, agent.Version);
        return true;
    }

    /// <summary>There is no such agent any more.</summary>
    /// <returns>False: something newer is known.</returns>
    public bool RemoveAgent(string agent, long version, Instant now)
    {
        Advance(now);
        var known = _roster.Get(agent);
        if (known.Version > version) return false;
        Tell(known, null, version);
        return true;
    }

    /// <summary>
    /// The agent refused though there was room by what is known here: asked for nothing until then, or until something newer is
    /// known of them.
    /// </summary>
    public void Rest(string agent, Instant until, Instant now)
    {
        Advance(now);
        var known = _roster.Get(agent);
        known.RestUntil = Math.Max(known.RestUntil, until.ToUnixTimeTicks());
        Refresh(known);
    }

    /// <summary>An agent as last put; null: not known.</summary>
    public AgentRouting? Agent(string agent) => _roster.Find(agent)?.Told;

    /// <summary>The queue's own agents who are there.</summary>
    public BoardStaff Staff(Instant now)
    {
        Advance(now);
        var (count, capacity, load) = (0, 0L, 0L);
        foreach (var agent in _roster.ById)
        {
            if (!agent.IsOnline || !agent.Told!.Queues.Contains(_rules.Id)) continue;
            count++;
            capacity += agent.CapacityUnits;
            load += agent.LoadUnits;
        }

        return new BoardStaff(count, capacity, load);
    }

    /// <summary>Agents who get nothing smaller for now, since room is saved up for larger work that comes earlier: for which, and what it asks for.</summary>
    public IReadOnlyList<(AgentRouting Agent, WaitingConversation For, int Units)> HeldAgents(Instant now)
    {
        Advance(now);
        Save();
        return _saved.Count == 0 ? [] : [.. _saved.Held.Select(held => (_roster.At(held.Slot).Told!, held.Entry.Conversation, held.Entry.Units))];
    }

    private void Tell(BoardAgent agent, AgentRouting? told, long version)
    {
        var (wasOnline, capacity) = (agent.IsOnline, agent.CapacityUnits);
        var fitsOtherwise = agent.Tell(told, version);
        agent.RestUntil = 0;
        foreach (var reserved in (IEnumerable<ReservedUnits>?)told?.Reservations ?? [])
            if (_holds.TryGetValue(reserved.Reservation, out var hold) && hold.Agent == agent) hold.IsTold = true;
        if (fitsOtherwise) _roster.FitStamp++;
        if (capacity != agent.CapacityUnits) _saved.OnOther();
        Refresh(agent);
        if (fitsOtherwise) _lanes.OpenAll();
        else if (wasOnline != agent.IsOnline) _lanes.OpenDeclined();
        if ((fitsOtherwise || wasOnline != agent.IsOnline) && _preferring.TryGetValue(agent.Id, out var preferring))
            foreach (var entry in preferring.ToList()) Place(entry);
    }

    private void Refresh(BoardAgent agent)
    {
        var had = _roster.Room[agent.Slot];
        if (_roster.Refresh(agent, _now)) _lanes.OpenFor(agent);
        _saved.OnRoom(agent.Slot, had, _roster.Room[agent.Slot]);
    }
}
