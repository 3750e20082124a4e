using Engine.Grains.Ids;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;
using ConversationEvent = Engine.Internal.V1.ConversationEvent;
using ConversationStarted = Engine.Internal.V1.ConversationStarted;

namespace Engine.Grains.Conversations;

public static partial class ConversationCore
{
    private static Rejection? Closed(ConversationState state) =>
        !state.Exists ? Rejections.ConversationNotFound()
        : state.Status == ConversationStatus.Closed ? Rejections.ConversationClosed()
        : null;

    private static Rejection? Allowed(ConversationState state, params ReadOnlySpan<ConversationStatus> allowed) =>
        !state.Exists ? Rejections.ConversationNotFound()
        : state.Status == ConversationStatus.Closed ? Rejections.ConversationClosed()
        : allowed.Contains(state.Status) ? null
        : Rejections.InvalidState(state.Status, allowed);

    private static Rejection? EtagFault(ConversationState state, string etag) =>
        etag.Length == 0 || etag == ConversationState.Etag(state.Version)
            ? null
            : Rejections.EtagMismatch(ConversationState.Etag(state.Version));

    /// <summary>An agent hands on only what is theirs, or nobody's.</summary>
    private static Rejection? NotTheirs(ConversationState state, Caller caller) =>
        caller.Role == Role.Agent && state.Summary.Assignee.Length > 0 && state.Summary.Assignee != caller.Agent
            ? Rejections.NotAssignee(AgentId.Of(state.Summary.Assignee).Name)
            : null;

    /// <summary>Who acts: an agent's key is always its agent; others say whom they speak for.</summary>
    private static Author AuthorOf(AuthorType asked, Caller caller, string customer, AuthorType usual)
    {
        if (caller.Role == Role.Agent || (asked == AuthorType.Unspecified ? usual : asked) != AuthorType.Customer) return Authors.Of(caller);
        return new Author { Type = AuthorType.Customer, Name = CustomerId.Of(customer).Name };
    }

    private static void AddStatus(List<ConversationEvent> events, ConversationState state, ConversationStatus to)
    {
        if (state.Status != to) events.Add(ChangedTo(state.Status, to));
    }

    private static ConversationEvent ChangedTo(
        ConversationStatus from, ConversationStatus to, DateTimeOffset? effective = null, DateTimeOffset? until = null) => new()
        {
            StatusChanged = new StatusChanged
            {
                From = from,
                To = to,
                EffectiveTime = effective is { } e ? Timestamp.FromDateTimeOffset(e) : null,
                UntilTime = until is { } u ? Timestamp.FromDateTimeOffset(u) : null,
            },
        };

    private static ConversationEvent Started(string customer, string channel, string predecessor) => new()
    {
        Started = new ConversationStarted { Customer = customer, Channel = channel, Predecessor = predecessor },
    };

    private static ConversationEvent MessageAdded(MessageKind kind, bool keepsStatus = false) =>
        new() { MessageAdded = new MessageAdded { Kind = kind, KeepsStatus = keepsStatus } };

    private static ConversationEvent Assigned(ConversationState state, string agent, AssigneeChangeReason reason) => new()
    {
        AssigneeChanged = new AssigneeChanged { From = NameOf(state.Summary.Assignee), To = NameOf(agent), Reason = reason },
    };

    private static ConversationEvent Queued(string from, string to, QueueChangeReason reason) => new()
    {
        QueueChanged = new QueueChanged { From = QueueChoice.NameOf(from), To = QueueChoice.NameOf(to), Reason = reason },
    };

    private static ConversationEvent DataChanged(params ReadOnlySpan<string> paths)
    {
        var changed = new ConversationEvent { DataChanged = new DataChanged() };
        foreach (var path in paths) changed.DataChanged.Paths.Add(path);
        return changed;
    }

    private static string NameOf(string agent) => agent.Length > 0 ? AgentId.Of(agent).Name : "";
}
