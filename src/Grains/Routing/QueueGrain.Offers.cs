using Engine.Grains.Agents;
using Engine.Grains.Ids;
using Engine.Grains.Routing.Matching;
using Engine.Grains.Sla;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;

namespace Engine.Grains.Routing;

internal sealed partial class QueueGrain
{
    /// <summary>Answers remembered, so that the journal's news of them is known.</summary>
    private const int AnsweredMax = 1_024;

    /// <summary>Who declined is not asked again for the same before.</summary>
    private static readonly TimeSpan DeclinedFor = TimeSpan.FromMinutes(5);

    /// <summary>Nor, when nobody else is left, at once.</summary>
    private static readonly TimeSpan DeclinedForMin = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, OfferUnderWay> _offers = new(StringComparer.Ordinal);
    private readonly Queue<string> _answeredOrder = new();
    private readonly HashSet<string> _answered = new(StringComparer.Ordinal);

    private bool Offers => _settings.OfferTimeout is not null;

    private TimeSpan OfferTimeout => _settings.OfferTimeout.ToTimeSpan();

    public async Task<ConversationReply> AcceptOfferAsync(AcceptOfferRequest request, Caller caller)
    {
        var (agent, id) = OfferNames.Parse(request.Name);
        var offer = _offers.GetValueOrDefault(id);
        if (offer is not null) offer.IsAnswered = true;
        ReserveReply reply;
        try
        {
            reply = await AgentOf(agent).AcceptAsync(request, caller);
        }
        catch
        {
            // Perhaps it was accepted: then the journal tells.
            if (offer is not null) offer.IsAnswered = false;
            throw;
        }

        PutAgent(reply.Agent);
        if (reply.Rejection is not { } refused) return await CarryOutAcceptedAsync(reply.Reservation, agent, caller);
        if (offer is not null) offer.IsAnswered = false;
        SetTimer();
        return new ConversationReply { Rejection = refused };
    }

    public async Task<EmptyReply> DeclineOfferAsync(DeclineOfferRequest request, Caller caller)
    {
        var (agent, id) = OfferNames.Parse(request.Name);
        var reply = await AgentOf(agent).DeclineAsync(request, caller);
        PutAgent(reply.Agent);
        if (reply.Rejection is not null) return new EmptyReply { Rejection = reply.Rejection };
        if (_offers.TryGetValue(id, out var offer)) PassOn(offer, "declined");
        return new EmptyReply();
    }

    private Offer OfferOf(Match match, Timestamp expire) => new()
    {
        Name = OfferNames.Of(match.Agent, match.Reservation),
        Conversation = ConversationId.Of(match.Conversation.Conversation).Name,
        Queue = Name,
        Units = match.Units,
        ExpireTime = expire,
        Channel = match.Conversation.Channel,
        Priority = match.Conversation.Priority,
        Mode = match.Conversation.Mode,
        WaitBeginTime = match.Conversation.WaitBeginTime,
        DeadlineTime = match.Conversation.DeadlineTime,
    };

    private void BeginOffer(Match match, Timestamp expire)
    {
        var offer = new OfferUnderWay(match.Reservation, match.Conversation.Conversation, match.Agent, expire.ToDateTimeOffset())
        {
            Decision = match.Decision,
            WaitBegin = match.Conversation.WaitBeginTime,
            Rule = match.Rule,
        };
        _offers[match.Reservation] = offer;
        // It may have left while the agent was asked.
        if (_board.Waiting(offer.Conversation) is null) WithdrawOffers(offer.Conversation);
    }

    /// <summary>The agent's accepted offer becomes an assignment. Repeatable: the conversation knows its reservation.</summary>
    private async Task<ConversationReply> CarryOutAcceptedAsync(Reservation reservation, string agent, Caller caller)
    {
        Remember(reservation.Id);
        var offer = _offers.GetValueOrDefault(reservation.Id);
        var decision = offer?.Decision ?? _board.ExplainByHand(reservation.Conversation, agent, reservation.Id, reservation.Units, Instant);
        var command = new AssignReservedCommand
        {
            Queue = Id,
            Agent = agent,
            Reservation = reservation.Id,
            ExpireTime = reservation.ExpireTime is { } kept ? TakenUntil(kept) : null,
            Reason = AssigneeChangeReason.Accepted,
            Decision = decision,
            Mode = reservation.Offer is { } offered ? ModeOf(offered.Mode) : ConversationMode.Unspecified,
        };
        var reply = await AssignAsync(reservation.Conversation, command, caller);
        await SettleAsync(command, reply, offer?.WaitBegin, decision.Rule);
        if (reply is null)
        {
            // The journal tells of it once more, or the reservation expires.
            _answered.Remove(reservation.Id);
            return new ConversationReply { Rejection = Rejections.StoreUnavailable() };
        }

        _offers.Remove(reservation.Id);
        _board.Drop(reservation.Id, Instant);
        metrics.OnOfferEnded(reply.Rejection is null ? "accepted" : "withdrawn");
        Pump();
        return reply.Rejection?.Reason switch
        {
            "WAITS_NO_MORE" => new ConversationReply { Rejection = AgentCore.OfferWithdrawn() },
            "RESERVATION_EXPIRED" => new ConversationReply { Rejection = AgentCore.OfferExpired() },
            _ => reply,
        };
    }

    /// <summary>The journal says that an agent accepted. Usually it has been carried out already.</summary>
    private void OnAccepted(Reservation reservation)
    {
        if (_answered.Contains(reservation.Id) || reservation.Offer is null) return;
        var (agent, _) = OfferNames.Parse(reservation.Offer.Name);
        if (_offers.TryGetValue(reservation.Id, out var offer)) offer.IsAnswered = true;
        _ = CarryOutAsync();
        async Task CarryOutAsync()
        {
            try
            {
                await CarryOutAcceptedAsync(reservation, agent, Engine);
            }
            catch (Exception e)
            {
                OnFailed(e);
            }
        }
    }

    /// <summary>The journal says that an agent declined.</summary>
    private void OnDeclined(Reservation reservation)
    {
        if (_answered.Contains(reservation.Id) || reservation.Offer is null) return;
        var (agent, _) = OfferNames.Parse(reservation.Offer.Name);
        PassOn(_offers.GetValueOrDefault(reservation.Id) ?? new OfferUnderWay(reservation.Id, reservation.Conversation, agent, Now), "declined");
    }

    /// <summary>The agent does not want it, or did not answer: somebody else is next.</summary>
    private void PassOn(OfferUnderWay offer, string outcome)
    {
        Remember(offer.Reservation);
        metrics.OnOfferEnded(outcome);
        var now = Now;
        _board.Decline(offer.Conversation, offer.Agent, (now + DeclinedForMin).ToInstant(), (now + DeclinedFor).ToInstant(), now.ToInstant());
        _board.Drop(offer.Reservation, now.ToInstant());
        _offers.Remove(offer.Reservation);
        Pump();
    }

    /// <summary>Ends what nobody answered in time. The agent knows by its own clock.</summary>
    private void EndOffers()
    {
        var now = Now;
        foreach (var offer in _offers.Values.Where(o => !o.IsAnswered && o.ExpireTime <= now).ToList()) PassOn(offer, "expired");
    }

    private DateTimeOffset? NextOfferEnd()
    {
        DateTimeOffset? next = null;
        foreach (var offer in _offers.Values)
        {
            if (!offer.IsAnswered && (next is null || offer.ExpireTime < next)) next = offer.ExpireTime;
        }

        return next;
    }

    /// <summary>The conversation waits no more: who was asked need not answer.</summary>
    private void WithdrawOffers(string conversation)
    {
        if (_offers.Count == 0) return;
        foreach (var offer in _offers.Values.Where(o => !o.IsAnswered && o.Conversation == conversation).ToList())
        {
            _offers.Remove(offer.Reservation);
            _board.Drop(offer.Reservation, Instant);
            metrics.OnOfferEnded("withdrawn");
            _ = SettleAsync(offer.Agent, offer.Reservation, assigned: false);
        }
    }

    private void Remember(string reservation)
    {
        if (!_answered.Add(reservation)) return;
        _answeredOrder.Enqueue(reservation);
        if (_answeredOrder.Count > AnsweredMax) _answered.Remove(_answeredOrder.Dequeue());
    }
}
