using Engine.Internal.V1;
using Engine.V1;
using Orleans.Concurrency;

namespace Engine.Grains.Conversations;

/// <summary>
/// One conversation; key <c>workspace/conversation</c>. Owns its history, status and assignment, and the reminder that
/// wakes it. Commands are repeatable by request id; replies are sent when durable. Calls no other grain.
/// </summary>
public interface IConversationGrain : IGrainWithStringKey
{
    /// <summary>Creates the conversation. For <c>ICustomerGrain</c>, which records it first.</summary>
    Task<StartConversationReply> StartAsync([Immutable] StartConversationCommand command, [Immutable] Caller caller);

    /// <summary>Appends a customer's message, creating the conversation when it is not there. For <c>ICustomerGrain</c>.</summary>
    /// <returns>CONVERSATION_CLOSED when a successor is needed; NOT_REPLAYED for <c>only_replay</c> with a new message.</returns>
    Task<ReceiveMessageReply> ReceiveAsync([Immutable] ReceiveMessageCommand command, [Immutable] Caller caller);

    /// <summary>The conversation as last committed.</summary>
    Task<ConversationReply> GetAsync();

    /// <summary>What the customer's next conversation takes over. Empty when there is no such conversation.</summary>
    Task<ConversationTies> GetTiesAsync();

    Task<MessageReply> SendMessageAsync([Immutable] SendMessageRequest request, [Immutable] Caller caller);

    Task<MessageReply> AddNoteAsync([Immutable] AddNoteRequest request, [Immutable] Caller caller);

    Task<ConversationReply> AssignAsync([Immutable] AssignConversationRequest request, [Immutable] Caller caller);

    Task<ConversationReply> TransferAsync([Immutable] TransferConversationRequest request, [Immutable] Caller caller);

    Task<ConversationReply> ReleaseAsync([Immutable] ReleaseConversationRequest request, [Immutable] Caller caller);

    Task<ConversationReply> SnoozeAsync([Immutable] SnoozeConversationRequest request, [Immutable] Caller caller);

    /// <param name="closeAfterMs">How long RESOLVED lasts before the conversation closes by itself, in milliseconds.</param>
    Task<ConversationReply> ResolveAsync([Immutable] ResolveConversationRequest request, long closeAfterMs, [Immutable] Caller caller);

    Task<ConversationReply> ReopenAsync([Immutable] ReopenConversationRequest request, [Immutable] Caller caller);

    Task<ConversationReply> CloseAsync([Immutable] CloseConversationRequest request, [Immutable] Caller caller);

    Task<ConversationReply> UpdateAsync([Immutable] UpdateConversationRequest request, [Immutable] Caller caller);

    /// <summary>Gives a waiting conversation to an agent who has room reserved for it. For its queue. Idempotent by reservation.</summary>
    /// <returns>WAITS_NO_MORE, RESERVATION_EXPIRED.</returns>
    [ResponseTimeout("00:00:05")]
    Task<ConversationReply> AssignReservedAsync([Immutable] AssignReservedCommand command, [Immutable] Caller caller);

    /// <summary>Lets the conversation wait in its queue again, unless it is not the agent's any more. For who follows agents.</summary>
    Task<EmptyReply> ReturnToQueueAsync([Immutable] ReturnToQueueCommand command);

    /// <summary>Computes the promises anew when other rules hold. For the catalog's rollout.</summary>
    /// <param name="catalogVersion">By this version of the catalog at least.</param>
    Task<EmptyReply> RecomputePromisesAsync(long catalogVersion);

    Task<ConversationReply> RequestCallbackAsync([Immutable] RequestCallbackRequest request, [Immutable] Caller caller);

    /// <summary>The number to call. An agent's key only while the conversation is theirs.</summary>
    Task<CallbackReply> GetCallbackAsync([Immutable] Caller caller);

    Task<ConversationReply> EndCallbackAsync([Immutable] EndCallbackRequest request, [Immutable] Caller caller);

    Task<ConversationReply> StartLiveAsync([Immutable] StartLiveRequest request, [Immutable] Caller caller);

    Task<ConversationReply> EndLiveAsync([Immutable] EndLiveRequest request, [Immutable] Caller caller);

    Task<ConversationReply> MarkReadAsync([Immutable] MarkReadRequest request, [Immutable] Caller caller);

    /// <summary>Messages and notes, paged from the journal in either direction.</summary>
    Task<MessagesReply> ReadMessagesAsync([Immutable] ReadMessagesRequest request);

    /// <summary>Commits after a version; waits for one when there is none, until its token is cancelled. Then there are none.</summary>
    [ReadOnly]
    Task<CommitsReply> ReadCommitsAsync([Immutable] ReadCommitsRequest request, CancellationToken cancellationToken = default);

    /// <summary>Closes the conversation and forgets its content. For <c>ICustomerGrain</c>. Idempotent.</summary>
    Task<EmptyReply> EraseAsync();
}
