using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;
using AgentEvent = Engine.Internal.V1.AgentEvent;

namespace Engine.Grains.Agents;

public static partial class AgentCore
{
    /// <summary>A backstop: more are refused like a lack of room.</summary>
    public const int ReservationsMax = 256;

    /// <summary>How long an accepted offer is kept at least for its queue to carry it out; the journal reminds the queue of it.</summary>
    public static readonly TimeSpan AcceptedFor = TimeSpan.FromMinutes(2);

    /// <summary>Keeps units free. NO_NEWS: the reservation stands already.</summary>
    public static Decision<AgentChange> Reserve(AgentState state, ReserveCommand command, DateTimeOffset now)
    {
        if (!state.Exists) return Rejections.AgentNotFound();
        var reservation = command.Reservation;
        if (state.Reservations.TryGetValue(reservation.Id, out var known) && AgentState.IsLive(known, now)) return NoNews();
        if (state.Presence != Presence.Online && !command.IgnorePresence)
            return Rejections.Of(RejectionKind.Precondition, "AGENT_ABSENT", "The agent is not there.");
        var held = state.HeldUnits(now);
        if (!command.IgnoreCapacity && held + reservation.Units > state.Profile.CapacityUnits)
            return Full(held, state.Profile.CapacityUnits);
        var events = Expired(state, now);
        if (state.Reservations.Count - events.Count >= ReservationsMax) return Full(held, state.Profile.CapacityUnits);
        events.Add(new AgentEvent { Reserved = reservation });
        return AgentChange.BySystem(events);
    }

    /// <summary>What became of a reservation. NO_NEWS: it is over, or was confirmed before.</summary>
    public static Decision<AgentChange> Settle(AgentState state, SettleReservationCommand command, DateTimeOffset now)
    {
        if (!state.Exists) return Rejections.AgentNotFound();
        if (!state.Reservations.TryGetValue(command.Reservation, out var known) || !AgentState.IsLive(known, now)) return NoNews();
        if (command.Assigned && known.ExpireTime is null) return NoNews();
        var events = Expired(state, now);
        events.Add(command.Assigned
            ? new AgentEvent { ReservationConfirmed = new ReservationConfirmed { Reservation = command.Reservation } }
            : EndOf(known, ReservationEnd.Released));
        return AgentChange.BySystem(events);
    }

    /// <summary>The agent takes what was offered.</summary>
    /// <param name="keptFor">From now on; <see cref="AcceptedFor"/>, or more on a fast clock.</param>
    public static Decision<AgentChange> Accept(
        AgentState state, AcceptOfferRequest request, Author author, DateTimeOffset now, TimeSpan keptFor)
    {
        if (!state.Exists) return Rejections.AgentNotFound();
        var id = OfferNames.IdOf(request.Name);
        if (!state.Reservations.TryGetValue(id, out var known) || known.Offer is null) return OfferIsOver(state, id);
        if (!AgentState.IsLive(known, now)) return OfferExpired();
        var events = Expired(state, now);
        var accepted = known.Clone();
        accepted.Accepted = true;
        var until = Timestamp.FromDateTimeOffset(now + keptFor);
        if (accepted.ExpireTime is not null && accepted.ExpireTime < until) accepted.ExpireTime = until;
        events.Add(new AgentEvent { OfferAccepted = new OfferAccepted { Reservation = accepted } });
        return new AgentChange(author, events);
    }

    /// <summary>The agent leaves it to somebody else.</summary>
    public static Decision<AgentChange> Decline(AgentState state, DeclineOfferRequest request, Author author, DateTimeOffset now)
    {
        if (!state.Exists) return Rejections.AgentNotFound();
        if (!state.Reservations.TryGetValue(OfferNames.IdOf(request.Name), out var known) || !AgentState.IsOpenOffer(known, now)) return OfferNotFound();
        var events = Expired(state, now);
        events.Add(EndOf(known, ReservationEnd.Declined, request.Reason));
        return new AgentChange(author, events);
    }

    /// <summary>An offer as it stands; refused when it is over, yet with its queue while that is remembered.</summary>
    public static Rejection? FindOffer(AgentState state, string id, DateTimeOffset now, out Reservation? reservation)
    {
        reservation = null;
        if (!state.Exists) return Rejections.AgentNotFound();
        if (state.Reservations.TryGetValue(id, out var known) && known.Offer is not null)
        {
            reservation = known;
            return AgentState.IsLive(known, now) ? null : OfferExpired();
        }

        if (state.EndedOffers.LastOrDefault(e => e.Reservation == id) is { Queue.Length: > 0 } ended)
            reservation = new Reservation { Id = id, Queue = ended.Queue };
        return OfferIsOver(state, id);
    }

    /// <summary>Says of reservations that are over by time that they are, so that who watches sees it.</summary>
    public static Decision<AgentChange> Tidy(AgentState state, DateTimeOffset now) =>
        Expired(state, now) is { Count: > 0 } events ? AgentChange.BySystem(events) : NoNews();

    /// <summary>Ends of everything that is over by time: committed along with whatever else happens.</summary>
    private static List<AgentEvent> Expired(AgentState state, DateTimeOffset now)
    {
        var events = new List<AgentEvent>();
        foreach (var reservation in state.Reservations.Values)
        {
            if (!AgentState.IsLive(reservation, now)) events.Add(EndOf(reservation, ReservationEnd.Expired));
        }

        return events;
    }

    private static AgentEvent EndOf(Reservation reservation, ReservationEnd end, string reason = "") => new()
    {
        ReservationEnded = new ReservationEnded
        {
            Reservation = reservation.Id,
            End = end,
            Reason = reason,
            Offer = reservation.Offer is not null,
            Queue = reservation.Queue,
            Conversation = reservation.Conversation,
        },
    };

    private static Rejection OfferIsOver(AgentState state, string id)
    {
        var end = state.EndedOffers.LastOrDefault(e => e.Reservation == id);
        return end?.End switch
        {
            ReservationEnd.Expired => OfferExpired(),
            ReservationEnd.Released or ReservationEnd.Taken => OfferWithdrawn(),
            _ => OfferNotFound(),
        };
    }

    /// <summary>The conversation waits no more.</summary>
    internal static Rejection OfferWithdrawn() =>
        Rejections.Of(RejectionKind.Precondition, "OFFER_WITHDRAWN", "The conversation waits for nobody any more.");

    internal static Rejection OfferExpired() => Rejections.Of(RejectionKind.Precondition, "OFFER_EXPIRED", "The offer's time is over.");

    internal static Rejection OfferNotFound() => Rejections.Of(RejectionKind.NotFound, "OFFER_NOT_FOUND", "There is no such offer.");

    private static Rejection Full(int held, int capacity) => Rejections
        .Of(RejectionKind.Precondition, "AGENT_AT_CAPACITY", "The agent has no room for it.")
        .With("load_units", held.ToString(System.Globalization.CultureInfo.InvariantCulture))
        .With("capacity_units", capacity.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
