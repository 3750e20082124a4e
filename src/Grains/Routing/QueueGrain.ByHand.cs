using Engine.Grains.Ids;
using Engine.Grains.Sla;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;

namespace Engine.Grains.Routing;

/// <summary>
/// What people decide: who gets it, whether or not it waits, and if they say so whether or not there is room. A request may be
/// repeated: the reservation's id is derived from the request's, the agent remembers it, and the conversation remembers the
/// request. So whoever died between the steps, the next attempt finds what was done.
/// </summary>
internal sealed partial class QueueGrain
{
    /// <summary>A reservation of an earlier attempt may be over by time; then there is another one.</summary>
    private const int ReservationsByHandMax = 5;

    public Task<ConversationReply> AssignAsync(AssignConversationRequest request, Caller caller) => GiveAsync(
        request.RequestId, request.Name, request.Agent, new AssignReservedCommand { Assign = request, IgnoreCapacity = request.IgnoreCapacity }, caller);

    public Task<ConversationReply> TransferAsync(TransferConversationRequest request, Caller caller) => GiveAsync(
        request.RequestId, request.Name, request.Agent, new AssignReservedCommand { Transfer = request, IgnoreCapacity = request.IgnoreCapacity }, caller);

    private async Task<ConversationReply> GiveAsync(
        string requestId, string conversationName, string agentName, AssignReservedCommand template, Caller caller)
    {
        await RefreshAsync();
        var (conversation, agent) = (ConversationId.Parse(conversationName).Value, AgentId.Parse(agentName).Value);
        var current = await ConversationOf(conversation).GetAsync();
        if (current.Rejection is not null) return current;
        var units = _units.UnitsOf(current.Result.Mode, current.Result.Channel);
        var waitBegin = _board.Waiting(conversation)?.WaitBeginTime;
        for (var attempt = 1; ; attempt++)
        {
            var expire = Now + pace.AtLeast(ReservedFor, ReservedForReal);
            var command = template.Clone();
            command.Queue = Id;
            command.Agent = agent;
            command.Reservation = IdText.Derive(Workspace, "reservation", $"{requestId}\n{conversation}\n{attempt}");
            command.Reason = AssigneeChangeReason.ByHand;
            command.TakeOver = true;
            // Nobody else is to get it, and nobody else those units, while this is under way.
            _board.Hold(command.Reservation, conversation, agent, units, (expire + HeldLonger).ToInstant(), Instant);
            try
            {
                var reply = await GiveAsync(command, conversation, units, expire, waitBegin, caller);
                if (reply.Rejection?.Reason != "RESERVATION_EXPIRED" || attempt == ReservationsByHandMax) return reply;
            }
            finally
            {
                _board.Drop(command.Reservation, Instant);
                Pump();
            }
        }
    }

    private async Task<ConversationReply> GiveAsync(
        AssignReservedCommand command, string conversation, int units, DateTimeOffset expire, Timestamp? waitBegin, Caller caller)
    {
        var reserved = await AgentOf(command.Agent).ReserveAsync(new ReserveCommand
        {
            Reservation = new Reservation
            {
                Id = command.Reservation,
                Conversation = conversation,
                Queue = Id,
                Units = units,
                ExpireTime = Timestamp.FromDateTimeOffset(expire),
                ByHand = command.Reservation,
            },
            IgnoreCapacity = command.IgnoreCapacity,
            IgnorePresence = true,
        });
        PutAgent(reserved.Agent);
        if (reserved.Rejection is { } refused)
        {
            metrics.OnRefused(refused.Reason);
            return new ConversationReply { Rejection = refused };
        }

        // Of an earlier attempt, and over: the conversation answers as it did then, or that it was never asked in time.
        command.ExpireTime = reserved.Reservation is { } reservation
            ? TakenUntil(reservation.ExpireTime ?? Timestamp.FromDateTimeOffset(expire))
            : Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch);
        command.Decision = _board.ExplainByHand(conversation, command.Agent, command.Reservation, units, Instant);
        var reply = await AssignAsync(conversation, command, caller);
        await SettleAsync(command, reply, waitBegin, RoutingRule.ByHand);
        return reply ?? new ConversationReply { Rejection = Rejections.StoreUnavailable() };
    }
}
