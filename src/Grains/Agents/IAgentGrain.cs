using Engine.Internal.V1;
using Engine.V1;
using Orleans.Concurrency;

namespace Engine.Grains.Agents;

/// <summary>One agent; key <c>workspace/agent</c>. Owns profile, presence and inbox. Calls no other grain but the catalog.</summary>
public interface IAgentGrain : IGrainWithStringKey
{
    /// <summary>Keeps units free for a conversation, or makes an offer: here it is decided that nobody is over capacity. For queues.</summary>
    [ResponseTimeout("00:00:05")]
    Task<ReserveReply> ReserveAsync([Immutable] ReserveCommand command);

    /// <summary>Nothing that is smaller and no more pressing is to be reserved by other queues for a while. For queues.</summary>
    Task<EmptyReply> HoldRoomAsync([Immutable] HoldRoomCommand command);

    /// <summary>What became of a reservation. For queues. Idempotent; what is not known is answered like what is over.</summary>
    [ResponseTimeout("00:00:05")]
    Task<ReserveReply> SettleAsync([Immutable] SettleReservationCommand command);

    /// <summary>Marks an offer as accepted. For its queue.</summary>
    /// <returns>OFFER_NOT_FOUND, OFFER_EXPIRED.</returns>
    Task<ReserveReply> AcceptAsync([Immutable] AcceptOfferRequest request, [Immutable] Caller caller);

    /// <summary>Ends an offer. For its queue.</summary>
    /// <returns>OFFER_NOT_FOUND.</returns>
    Task<ReserveReply> DeclineAsync([Immutable] DeclineOfferRequest request, [Immutable] Caller caller);

    /// <summary>
    /// An offer as it stands, or why it is over: OFFER_NOT_FOUND, OFFER_EXPIRED, OFFER_WITHDRAWN. Of one of the last that are over the
    /// reply still has a reservation with its queue, for a request that is repeated. For the API.
    /// </summary>
    Task<ReserveReply> GetOfferAsync(string offer);

    /// <summary>What queues know of the agent.</summary>
    Task<ReserveReply> GetRoutingAsync();

    Task<AgentReply> CreateAsync([Immutable] CreateAgentRequest request, [Immutable] Caller caller);

    Task<AgentReply> GetAsync();

    Task<AgentReply> UpdateAsync([Immutable] UpdateAgentRequest request, [Immutable] Caller caller);

    Task<AgentReply> SetPresenceAsync([Immutable] SetPresenceRequest request, [Immutable] Caller caller);

    /// <summary>Applies what the journal says of conversations; each entry only when newer than what is known. Idempotent.</summary>
    Task<EmptyReply> ApplyInboxAsync([Immutable] InboxChanged changes);

    /// <summary>The inbox, or what changed in it after a version; waits when nothing did, until its token is cancelled. Besides, it keeps the agent online.</summary>
    [ReadOnly]
    Task<InboxReply> ReadInboxAsync([Immutable] ReadInboxRequest request, CancellationToken cancellationToken = default);
}
