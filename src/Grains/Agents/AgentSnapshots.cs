using Engine.Internal.V1;
using Engine.V1;

namespace Engine.Grains.Agents;

/// <summary>An agent's state as a snapshot, but for the sealed profile.</summary>
internal static class AgentSnapshots
{
    public static AgentSnapshot Write(AgentState state)
    {
        var stored = new AgentSnapshot
        {
            ProfileVersion = state.ProfileVersion,
            Presence = state.Presence,
            PresenceTime = state.PresenceTime,
            PresenceByStream = state.PresenceByStream,
            AbsentTime = state.AbsentTime,
            CreateTime = state.CreateTime,
            UpdateTime = state.UpdateTime,
            Routing = state.Routing,
        };
        stored.Inbox.AddRange(state.Inbox.Values);
        stored.Reservations.AddRange(state.Reservations.Values);
        stored.EndedOffers.AddRange(state.EndedOffers);
        return stored;
    }

    /// <param name="profile">The profile, opened.</param>
    public static AgentState Read(AgentSnapshot stored, long version, Agent profile) => new()
    {
        Version = version,
        Profile = profile,
        ProfileVersion = stored.ProfileVersion,
        Presence = stored.Presence,
        PresenceTime = stored.PresenceTime,
        PresenceByStream = stored.PresenceByStream,
        AbsentTime = stored.AbsentTime,
        CreateTime = stored.CreateTime,
        UpdateTime = stored.UpdateTime,
        Inbox = AgentState.None.Inbox.AddRange(stored.Inbox.Select(e => KeyValuePair.Create(e.Conversation, e))),
        InboxUnits = stored.Inbox.Sum(e => e.Units),
        Reservations = AgentState.None.Reservations.AddRange(stored.Reservations.Select(r => KeyValuePair.Create(r.Id, r))),
        EndedOffers = [.. stored.EndedOffers],
        // What these count changes what queues are told, so that they always were told the newest.
        LastAssignTime = stored.Routing?.LastAssignTime,
        AssignedCount = stored.Routing?.AssignedCount ?? 0,
        Online = stored.Routing?.Online?.ToTimeSpan() ?? TimeSpan.Zero,
        Routing = stored.Routing,
    };
}
