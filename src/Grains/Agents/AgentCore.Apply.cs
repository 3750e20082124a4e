using Engine.Grains.Routing;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;
using AgentEvent = Engine.Internal.V1.AgentEvent;

namespace Engine.Grains.Agents;

public static partial class AgentCore
{
    private const int EndedOffersMax = 32;

    /// <summary>State after one commit, but for <see cref="AgentState.Routing"/>.</summary>
    /// <param name="profile">The profile after it, when it changed and can be opened.</param>
    public static AgentState Apply(AgentState state, long version, Timestamp time, IReadOnlyList<AgentEvent> events, Agent? profile)
    {
        state = state with { Version = version, CreateTime = state.CreateTime ?? time };
        foreach (var e in events) state = Apply(state, time, e, profile);
        return state;
    }

    /// <summary>What queues know of an agent in a state.</summary>
    /// <returns>The state's own when nothing in it changed.</returns>
    public static AgentRouting RoutingOf(AgentState state, string id)
    {
        var routing = new AgentRouting
        {
            Agent = id,
            Version = state.Routing?.Version ?? 0,
            Presence = state.Presence,
            PresenceTime = state.PresenceTime,
            CapacityUnits = state.Profile.CapacityUnits,
            HeldUnits = state.InboxUnits,
            LastAssignTime = state.LastAssignTime,
            AssignedCount = state.AssignedCount,
            Online = Duration.FromTimeSpan(state.Online),
        };
        routing.Queues.AddRange(state.Profile.Queues.Select(QueueNames.IdOf));
        routing.Channels.AddRange(state.Profile.Channels);
        routing.Skills.AddRange(state.Profile.Skills);
        routing.Languages.AddRange(state.Profile.Languages);
        foreach (var reservation in state.Reservations.Values.OrderBy(r => r.Id, StringComparer.Ordinal))
        {
            routing.Reservations.Add(new ReservedUnits
            {
                Reservation = reservation.Id,
                Units = reservation.Units,
                ExpireTime = reservation.ExpireTime,
                Conversation = reservation.Conversation,
            });
        }

        if (routing.Equals(state.Routing)) return state.Routing;
        routing.Version = state.Version;
        return routing;
    }

    private static AgentState Apply(AgentState state, Timestamp time, AgentEvent e, Agent? profile)
    {
        switch (e.EventCase)
        {
            case AgentEvent.EventOneofCase.ProfileChanged:
                return state with
                {
                    Profile = profile ?? state.Profile,
                    ProfileVersion = state.Version,
                    UpdateTime = time,
                    PresenceTime = state.PresenceTime ?? time,
                };
            case AgentEvent.EventOneofCase.PresenceChanged:
                return Apply(state, time, e.PresenceChanged);
            case AgentEvent.EventOneofCase.InboxChanged:
                var inbox = state.Inbox.ToBuilder();
                foreach (var entry in e.InboxChanged.Entries) inbox[entry.Conversation] = entry;
                foreach (var removal in e.InboxChanged.Removed) inbox.Remove(removal.Conversation);
                return state with { Inbox = inbox.ToImmutable(), InboxUnits = inbox.Values.Sum(x => x.Units) };
            case AgentEvent.EventOneofCase.WorkReturned:
                return Apply(state, e.WorkReturned);
            case AgentEvent.EventOneofCase.Reserved:
                return state with { Reservations = state.Reservations.SetItem(e.Reserved.Id, e.Reserved) };
            case AgentEvent.EventOneofCase.OfferAccepted:
                var accepted = e.OfferAccepted.Reservation;
                return state with { Reservations = state.Reservations.SetItem(accepted.Id, accepted) };
            case AgentEvent.EventOneofCase.ReservationConfirmed:
                return Confirm(state, time, e.ReservationConfirmed.Reservation);
            case AgentEvent.EventOneofCase.ReservationEnded:
                return End(state, time, e.ReservationEnded);
            default:
                return state;
        }
    }

    private static AgentState Apply(AgentState state, Timestamp time, PresenceChanged change)
    {
        var after = state with { Presence = change.Presence, PresenceByStream = change.ByStream };
        if (change.Presence == state.Presence && state.PresenceTime is not null) return after;
        if (state is { Presence: Presence.Online, PresenceTime: { } since })
        {
            // The clock may have been set back between two silos.
            var there = time.ToDateTimeOffset() - since.ToDateTimeOffset();
            after = after with { Online = state.Online + (there > TimeSpan.Zero ? there : TimeSpan.Zero) };
        }

        return after with
        {
            PresenceTime = time,
            AbsentTime = change.Presence == Presence.Online ? null : state.AbsentTime ?? time,
        };
    }

    private static AgentState Apply(AgentState state, WorkReturned returned)
    {
        var inbox = state.Inbox.ToBuilder();
        foreach (var conversation in returned.Conversations)
        {
            var name = Ids.ConversationId.Of(conversation.Conversation).Name;
            if (!inbox.TryGetValue(name, out var entry) || entry.Units == 0) continue;
            var without = entry.Clone();
            without.Units = 0;
            inbox[name] = without;
        }

        return state with { Inbox = inbox.ToImmutable(), InboxUnits = inbox.Values.Sum(x => x.Units) };
    }

    private static AgentState Confirm(AgentState state, Timestamp time, string id)
    {
        if (!state.Reservations.TryGetValue(id, out var reservation) || reservation.ExpireTime is null) return state;
        var confirmed = reservation.Clone();
        confirmed.ExpireTime = null;
        return Count(state with { Reservations = state.Reservations.SetItem(id, confirmed) }, time, reservation);
    }

    private static AgentState End(AgentState state, Timestamp time, ReservationEnded end)
    {
        if (!state.Reservations.TryGetValue(end.Reservation, out var reservation)) return state;
        var after = state with { Reservations = state.Reservations.Remove(end.Reservation) };
        if (end.Offer)
        {
            var ended = state.EndedOffers.Add(end);
            after = after with { EndedOffers = ended.Length > EndedOffersMax ? ended.RemoveAt(0) : ended };
        }

        // A confirmed one was counted when it was.
        return end.End == ReservationEnd.Taken && reservation.ExpireTime is not null ? Count(after, time, reservation) : after;
    }

    /// <summary>A conversation of a queue came; by hand says nothing of how fair the queue is.</summary>
    private static AgentState Count(AgentState state, Timestamp time, Reservation reservation) => reservation.ByHand.Length > 0
        ? state
        : state with { LastAssignTime = time, AssignedCount = state.AssignedCount + 1 };
}
