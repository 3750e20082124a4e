using Engine.Grains.Ids;
using Engine.Grains.Routing;
using Engine.Internal.V1;
using Engine.V1;

namespace Engine.Grains.Agents;

/// <summary>What stands in an inbox of a conversation: from a commit or from a row of the read models alike. Not weighed yet.</summary>
internal static class InboxEntries
{
    public static InboxEntry Of(string id, long version, ConversationSummary summary) => new()
    {
        Conversation = ConversationId.Of(id).Name,
        Status = summary.Status,
        Priority = summary.Priority,
        Channel = summary.Channel,
        AssignTime = summary.AssignTime,
        LastMessageTime = summary.LastMessageTime,
        ConversationVersion = version,
        Queue = QueueNames.Of(summary.Queue),
        Mode = summary.Mode,
        DeadlineTime = summary.DeadlineTime,
        DeadlineMetric = summary.DeadlineMetric,
        AtRisk = summary.AtRisk,
        Breached = summary.Breached,
    };

    /// <summary>By which right it stands there; null outside of queues.</summary>
    public static InboxClaim? ClaimOf(string id, ConversationSummary summary) => summary.Queue.Length == 0 ? null : new InboxClaim
    {
        Conversation = ConversationId.Of(id).Name,
        Reservation = summary.Reservation,
        IgnoreCapacity = summary.IgnoreCapacity,
    };
}
