using Engine.Internal.V1;
using Engine.V1;

namespace Engine.Api.Forwarding;

/// <summary>How to read one kind of reply: replies are messages of their own, with the same three parts.</summary>
internal sealed record ReplyShape<TReply, TResult>(
    Func<TReply, TResult?> Result, Func<TReply, Rejection?> Rejection, Func<TReply, Position?> Position)
    where TResult : class;

/// <summary>The kinds of reply.</summary>
internal static class ReplyShape
{
    public static ReplyShape<ConversationReply, Conversation> Conversation { get; } =
        new(static r => r.Result, static r => r.Rejection, static r => r.Position);

    public static ReplyShape<MessageReply, Message> Message { get; } =
        new(static r => r.Result, static r => r.Rejection, static r => r.Position);

    public static ReplyShape<StartConversationReply, StartConversationResponse> StartConversation { get; } =
        new(static r => r.Result, static r => r.Rejection, static r => r.Position);

    public static ReplyShape<ReceiveMessageReply, ReceiveMessageResponse> ReceiveMessage { get; } =
        new(static r => r.Result, static r => r.Rejection, static r => r.Position);

    public static ReplyShape<MessagesReply, Messages> Messages { get; } =
        new(static r => r.Result, static r => r.Rejection, static _ => null);

    public static ReplyShape<CustomerReply, Customer> Customer { get; } =
        new(static r => r.Result, static r => r.Rejection, static r => r.Position);

    public static ReplyShape<EraseCustomerReply, EraseCustomerResponse> EraseCustomer { get; } =
        new(static r => r.Result, static r => r.Rejection, static r => r.Position);

    public static ReplyShape<CustomerConversationsReply, CustomerConversations> CustomerConversations { get; } =
        new(static r => r.Result, static r => r.Rejection, static _ => null);

    public static ReplyShape<AgentReply, Agent> Agent { get; } =
        new(static r => r.Result, static r => r.Rejection, static r => r.Position);

    /// <summary>The queue of a changed catalog.</summary>
    public static ReplyShape<CatalogReply, Queue> CatalogQueue { get; } =
        new(static r => r.Result?.Queue, static r => r.Rejection, static r => r.Position);

    /// <summary>The policy of a changed catalog.</summary>
    public static ReplyShape<CatalogReply, SlaPolicy> CatalogPolicy { get; } =
        new(static r => r.Result?.SlaPolicy, static r => r.Rejection, static r => r.Position);

    /// <summary>A catalog without a policy.</summary>
    public static ReplyShape<CatalogReply, DeleteSlaPolicyResponse> CatalogPolicyDeleted { get; } =
        new(static r => r.Result is null ? null : new DeleteSlaPolicyResponse(), static r => r.Rejection, static r => r.Position);

    /// <summary>The calendar of a changed catalog.</summary>
    public static ReplyShape<CatalogReply, Calendar> CatalogCalendar { get; } =
        new(static r => r.Result?.Calendar, static r => r.Rejection, static r => r.Position);

    /// <summary>A catalog without a calendar.</summary>
    public static ReplyShape<CatalogReply, DeleteCalendarResponse> CatalogCalendarDeleted { get; } =
        new(static r => r.Result is null ? null : new DeleteCalendarResponse(), static r => r.Rejection, static r => r.Position);

    /// <summary>The expectations of a changed catalog.</summary>
    public static ReplyShape<CatalogReply, ExpectationSettings> CatalogExpectations { get; } =
        new(static r => r.Result?.Expectations, static r => r.Rejection, static r => r.Position);

    /// <summary>The weights of a changed catalog.</summary>
    public static ReplyShape<CatalogReply, RoutingSettings> CatalogRouting { get; } =
        new(static r => r.Result?.Routing, static r => r.Rejection, static r => r.Position);

    public static ReplyShape<QueueStatusReply, QueueStatus> QueueStatus { get; } =
        new(static r => r.Result, static r => r.Rejection, static _ => null);

    public static ReplyShape<WaitingExplanationReply, WaitingExplanation> WaitingExplanation { get; } =
        new(static r => r.Result, static r => r.Rejection, static _ => null);

    public static ReplyShape<ReserveReply, Reservation> Offer { get; } =
        new(static r => r.Reservation, static r => r.Rejection, static _ => null);

    public static ReplyShape<CallbackReply, Callback> Callback { get; } =
        new(static r => r.Result, static r => r.Rejection, static _ => null);

    public static ReplyShape<CommitsReply, Commits> Commits { get; } =
        new(static r => r.Result, static r => r.Rejection, static _ => null);

    /// <summary>Done: a refusal or nothing.</summary>
    public static ReplyShape<EmptyReply, EmptyReply> Empty { get; } =
        new(static r => r, static r => r.Rejection, static _ => null);

    public static ReplyShape<WorkspaceReply, Workspace> Workspace { get; } =
        new(static r => r.Result, static r => r.Rejection, static _ => null);

    public static ReplyShape<CreateWorkspaceReply, CreateWorkspaceResponse> CreateWorkspace { get; } =
        new(static r => r.Result, static r => r.Rejection, static _ => null);

    public static ReplyShape<CreateKeyReply, CreateKeyResponse> CreateKey { get; } =
        new(static r => r.Result, static r => r.Rejection, static _ => null);

    public static ReplyShape<KeyReply, Key> Key { get; } =
        new(static r => r.Result, static r => r.Rejection, static _ => null);

    /// <summary>Whose an address is: an id, empty for nobody's.</summary>
    public static ReplyShape<IdentityReply, string> Identity { get; } =
        new(static r => r.Customer, static r => r.Rejection, static _ => null);
}
