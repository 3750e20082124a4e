using Engine.Grains.Journal;
using Engine.Internal.V1;
using Engine.V1;

namespace Engine.Grains.Agents;

internal sealed partial class AgentGrain
{
    /// <summary>However fast the clock of a simulated shift runs.</summary>
    private static readonly TimeSpan AcceptedForReal = TimeSpan.FromSeconds(30);

    private readonly RoomHolds _roomHolds = new();

    public Task<EmptyReply> HoldRoomAsync(HoldRoomCommand command)
    {
        _roomHolds.Put(command);
        LeaveIfAbsent();
        return Task.FromResult(new EmptyReply());
    }

    public Task<ReserveReply> ReserveAsync(ReserveCommand command)
    {
        if (_roomHolds.Refuses(command, Now))
        {
            return Task.FromResult(new ReserveReply
            {
                Rejection = Rejections.Of(RejectionKind.Precondition, "HELD_FOR_LARGER_WORK", "The agent's room is saved up for work of another queue."),
                Agent = Committed.Routing,
            });
        }

        // What a queue finds for somebody by itself has a new id each time; what a person asked for may be repeated.
        var reservation = command.Reservation;
        var stamp = reservation.ByHand.Length > 0
            ? RequestStamp.Of($"reservation\n{reservation.Id}", new SettleReservationCommand { Reservation = reservation.Id })
            : RequestStamp.None;
        return ReserveAsync(stamp, reservation.Id, (state, now) => AgentCore.Reserve(state, command, now));
    }

    public Task<ReserveReply> SettleAsync(SettleReservationCommand command) => ReserveAsync(
        RequestStamp.None, command.Reservation, (state, now) => AgentCore.Settle(state, command, now));

    public Task<ReserveReply> AcceptAsync(AcceptOfferRequest request, Caller caller) => ExecuteAsync(
        RequestStamp.Of(request.RequestId, request),
        (state, now) => AgentCore.Accept(state, request, Authors.Of(caller), now, pace.AtLeast(AgentCore.AcceptedFor, AcceptedForReal)),
        null,
        // As it was accepted, also when the request is repeated after all is over.
        (commit, _, _) => new ReserveReply
        {
            Reservation = commit.Agent.Events.First(e => e.OfferAccepted is not null).OfferAccepted.Reservation,
            Agent = Committed.Routing,
        },
        rejection =>
        {
            LeaveIfAbsent();
            return new ReserveReply { Rejection = rejection, Agent = Committed.Routing };
        });

    public Task<ReserveReply> DeclineAsync(DeclineOfferRequest request, Caller caller) => ReserveAsync(
        RequestStamp.Of(request.RequestId, request),
        OfferNames.IdOf(request.Name),
        (state, now) => AgentCore.Decline(state, request, Authors.Of(caller), now));

    public Task<ReserveReply> GetOfferAsync(string offer)
    {
        var rejection = AgentCore.FindOffer(Committed, offer, Now, out var reservation);
        LeaveIfAbsent();
        return Task.FromResult(new ReserveReply { Rejection = rejection, Reservation = reservation, Agent = Committed.Routing });
    }

    public Task<ReserveReply> GetRoutingAsync()
    {
        if (Committed.Exists) return Task.FromResult(new ReserveReply { Agent = Committed.Routing });
        LeaveIfAbsent();
        return Task.FromResult(new ReserveReply { Rejection = Rejections.AgentNotFound() });
    }

    /// <param name="id">The reservation that the reply tells of; as it stands by then, not as it was.</param>
    private async Task<ReserveReply> ReserveAsync(RequestStamp stamp, string id, Func<AgentState, DateTimeOffset, Decision<AgentChange>> decide)
    {
        var rejection = await ExecuteAsync(stamp, decide, null, (_, _, _) => (Rejection?)null, refused => refused);
        LeaveIfAbsent();
        // What is told to a queue must have come to be: also a refusal may rest on what is still on its way to the disk.
        if (rejection?.Kind != RejectionKind.Unavailable && !await WhenSettledAsync()) rejection = Rejections.FenceLost();
        Committed.Reservations.TryGetValue(id, out var reservation);
        return new ReserveReply
        {
            Rejection = rejection is { Reason: "NO_NEWS" } ? null : rejection,
            Agent = Committed.Routing,
            Reservation = reservation is not null && AgentState.IsLive(reservation, Now) ? reservation : null,
        };
    }
}
