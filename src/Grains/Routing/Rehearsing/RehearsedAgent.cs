using Engine.Grains.Sla;
using Engine.Internal.V1;
using Engine.V1;
using NodaTime;

namespace Engine.Grains.Routing.Rehearsing;

/// <summary>An agent of a rehearsal: there or not, with what the rehearsal gave them.</summary>
internal sealed class RehearsedAgent
{
    private RehearsedShift? _shift;
    private AgentRouting _profile = new();
    private long _version;
    private bool _isOfTheQueue;

    /// <summary>Units of the rehearsal's conversations.</summary>
    public int HeldUnits { get; set; }

    public Instant? LastAssign { get; set; }

    /// <summary>There, and of the queue itself: not of one that its steps name.</summary>
    public bool IsCounted => _shift is not null && _isOfTheQueue;

    public int CapacityUnits => _profile.CapacityUnits;

    public int LoadUnits => _profile.HeldUnits + HeldUnits;

    public void Come(RehearsedShift shift, bool isOfTheQueue)
    {
        _shift = shift;
        _profile = shift.Agent;
        _isOfTheQueue = isOfTheQueue;
    }

    /// <returns>False: on another shift by now.</returns>
    public bool Go(RehearsedShift shift)
    {
        if (_shift != shift) return false;
        _shift = null;
        return true;
    }

    /// <summary>As the agent would tell queues of it.</summary>
    public AgentRouting Tell()
    {
        var told = new AgentRouting(_profile)
        {
            Version = ++_version,
            Presence = _shift is null ? Presence.Offline : Presence.Online,
            HeldUnits = LoadUnits,
        };
        told.Reservations.Clear();
        if (LastAssign is { } last) told.LastAssignTime = last.ToTimestamp();
        return told;
    }
}
