namespace Engine.Api.Errors;

/// <summary>
/// The reasons that the edge itself gives in <c>google.rpc.ErrorInfo</c>; grains give the others. Stable: clients branch
/// on them, so one is never renamed.
/// </summary>
public static class Reasons
{
    /// <summary>ErrorInfo.domain of every error.</summary>
    public const string Domain = "engine";

    public const string InvalidRequest = "INVALID_REQUEST";
    public const string InvalidPageToken = "INVALID_PAGE_TOKEN";
    public const string InvalidPosition = "INVALID_POSITION";

    public const string KeyMissing = "KEY_MISSING";
    public const string KeyInvalid = "KEY_INVALID";
    public const string OperatorKeyRequired = "OPERATOR_KEY_REQUIRED";
    public const string RoleNotAllowed = "ROLE_NOT_ALLOWED";
    public const string NotOwnAgent = "NOT_OWN_AGENT";
    public const string AuthorTypeNotAllowed = "AUTHOR_TYPE_NOT_ALLOWED";
    public const string NotFirstWorkspace = "NOT_FIRST_WORKSPACE";

    public const string CustomerNotFound = "CUSTOMER_NOT_FOUND";
    public const string WorkspaceNotFound = "WORKSPACE_NOT_FOUND";
    public const string ConsumerNotFound = "CONSUMER_NOT_FOUND";
    public const string MemberNotFound = "MEMBER_NOT_FOUND";
    public const string OtherMember = "OTHER_MEMBER";
    public const string ServiceNotFound = "SERVICE_NOT_FOUND";

    public const string SlaPolicyNotFound = "SLA_POLICY_NOT_FOUND";
    public const string CalendarNotFound = "CALENDAR_NOT_FOUND";
    public const string ConversationNotFound = "CONVERSATION_NOT_FOUND";
    public const string QueueNotFound = "QUEUE_NOT_FOUND";
    public const string UnknownQueue = "UNKNOWN_QUEUE";

    public const string QuotaExceeded = "QUOTA_EXCEEDED";
    public const string MessageTooLarge = "MESSAGE_TOO_LARGE";
    public const string MessageUnparsable = "MESSAGE_UNPARSABLE";
    public const string MethodUnknown = "METHOD_UNKNOWN";
    public const string EncodingUnsupported = "ENCODING_UNSUPPORTED";

    public const string StoreUnavailable = "STORE_UNAVAILABLE";
    public const string OutcomeUnknown = "OUTCOME_UNKNOWN";
    public const string ServerDraining = "SERVER_DRAINING";
    public const string Cancelled = "CANCELLED";
    public const string DeadlineExceeded = "DEADLINE_EXCEEDED";
    public const string Internal = "INTERNAL";

    /// <summary>From grains: another activation wrote first; the same request may be sent again at once.</summary>
    public const string FenceLost = "FENCE_LOST";

    /// <summary>From grains: the conversation takes no more messages.</summary>
    public const string ConversationClosed = "CONVERSATION_CLOSED";

    /// <summary>From grains: the customer is gone; its addresses are free.</summary>
    public const string CustomerErased = "CUSTOMER_ERASED";
}
