using Engine.Internal.V1;
using Google.Protobuf.WellKnownTypes;

namespace Engine.Grains;

/// <summary>The refusals of the engine, each with its stable reason and its evidence.</summary>
public static class Rejections
{
    public static Rejection RequestIdReused() => Of(
        RejectionKind.Invalid, "REQUEST_ID_REUSED", "The request_id was used before with another payload.").At("request_id", "REUSED");

    public static Rejection ConversationNotFound() => Of(RejectionKind.NotFound, "CONVERSATION_NOT_FOUND", "There is no such conversation.");

    public static Rejection CustomerNotFound() => Of(RejectionKind.NotFound, "CUSTOMER_NOT_FOUND", "There is no such customer.");

    public static Rejection AgentNotFound() => Of(RejectionKind.NotFound, "AGENT_NOT_FOUND", "There is no such agent.");

    public static Rejection WorkspaceNotFound() => Of(RejectionKind.NotFound, "WORKSPACE_NOT_FOUND", "There is no such workspace.");

    public static Rejection KeyNotFound() => Of(RejectionKind.NotFound, "KEY_NOT_FOUND", "There is no such key.");

    public static Rejection CustomerErased() => Of(RejectionKind.NotFound, "CUSTOMER_ERASED", "The customer was erased.");

    public static Rejection ConversationClosed() => Of(
        RejectionKind.Precondition, "CONVERSATION_CLOSED", "The conversation is closed for good; start a successor.");

    public static Rejection InvalidState(V1.ConversationStatus current, params ReadOnlySpan<V1.ConversationStatus> allowed)
    {
        var names = new List<string>();
        foreach (var status in allowed) names.Add(NameOf(status));
        return Of(RejectionKind.Precondition, "INVALID_STATE", "The conversation's status does not allow it.")
            .With("current", NameOf(current)).With("allowed", string.Join(',', names));
    }

    public static Rejection EtagMismatch(string current) => Of(
        RejectionKind.Conflict, "ETAG_MISMATCH", "It was changed meanwhile; read it again.").With("current", current);

    public static Rejection NotAssignee(string assignee) => Of(
        RejectionKind.Forbidden, "NOT_ASSIGNEE", "Another agent has the conversation.").With("assignee", assignee);

    public static Rejection NotAssigned() => Of(RejectionKind.Precondition, "NOT_ASSIGNED", "Nobody has the conversation.");

    public static Rejection AlreadyAssigned(string agent) => Of(
        RejectionKind.Precondition, "ALREADY_ASSIGNED", "The agent has the conversation already.").With("assignee", agent);

    /// <summary>This activation lost to another, or the store failed: the same request may be repeated at once.</summary>
    public static Rejection FenceLost() => Unavailable("FENCE_LOST", "Another activation wrote first; repeat the request.", 10);

    public static Rejection StoreUnavailable() => Unavailable("STORE_UNAVAILABLE", "The store did not answer; repeat the request.", 1_000);

    public static Rejection Invalid(string field, string reason, string text) =>
        Of(RejectionKind.Invalid, "INVALID_REQUEST", "The request is not valid.").At(field, reason, text);

    public static Rejection Of(RejectionKind kind, string reason, string text) => new() { Kind = kind, Reason = reason, Text = text };

    public static Rejection With(this Rejection rejection, string key, string value)
    {
        ArgumentNullException.ThrowIfNull(rejection);
        rejection.Metadata[key] = value;
        return rejection;
    }

    public static Rejection At(this Rejection rejection, string field, string reason, string text = "")
    {
        ArgumentNullException.ThrowIfNull(rejection);
        rejection.Fields.Add(new FieldFault { Field = field, Reason = reason, Text = text.Length > 0 ? text : rejection.Text });
        return rejection;
    }

    private static Rejection Unavailable(string reason, string text, int retryAfterMs)
    {
        var rejection = Of(RejectionKind.Unavailable, reason, text);
        rejection.RetryAfter = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(retryAfterMs));
        return rejection;
    }

    private static string NameOf(V1.ConversationStatus status) => status.ToString().ToUpperInvariant();
}
