using Engine.Internal.V1;
using Engine.V1;
using Orleans.Concurrency;

namespace Engine.Grains.Routing;

/// <summary>
/// One queue; key <c>workspace/queue</c>. Matches what waits with who is there. Which conversations wait is the journal's to
/// say; the queue remembers it, and can be made anew from the read models at any time.
/// </summary>
public interface IQueueGrain : IGrainWithStringKey
{
    /// <summary>What the journal says; at least once, in any order between actors, told apart by their versions.</summary>
    Task<EmptyReply> ApplyAsync([Immutable] QueueNews news);

    /// <summary>Gives a conversation of this queue to an agent by hand: reserves room first, unless told not to ask for it.</summary>
    /// <returns>AGENT_AT_CAPACITY, AGENT_NOT_FOUND, or what the conversation refuses.</returns>
    Task<ConversationReply> AssignAsync([Immutable] AssignConversationRequest request, [Immutable] Caller caller);

    /// <summary>The same with a note.</summary>
    Task<ConversationReply> TransferAsync([Immutable] TransferConversationRequest request, [Immutable] Caller caller);

    /// <summary>Carries out what an agent accepted.</summary>
    /// <returns>OFFER_NOT_FOUND, OFFER_EXPIRED, OFFER_WITHDRAWN.</returns>
    Task<ConversationReply> AcceptOfferAsync([Immutable] AcceptOfferRequest request, [Immutable] Caller caller);

    /// <summary>Offers it to somebody else.</summary>
    Task<EmptyReply> DeclineOfferAsync([Immutable] DeclineOfferRequest request, [Immutable] Caller caller);

    [AlwaysInterleave]
    Task<QueueStatusReply> GetStatusAsync();

    /// <summary>For forecasts: remembered per silo for about a second.</summary>
    [AlwaysInterleave]
    Task<QueueLoadReply> GetLoadAsync();

    /// <param name="conversation">The conversation's id.</param>
    [AlwaysInterleave]
    Task<WaitingExplanationReply> ExplainWaitingAsync(string conversation);
}
