using Engine.Internal.V1;
using Engine.V1;

namespace Engine.Grains.Sla.Policies;

/// <summary>What of a conversation chooses its policy.</summary>
/// <param name="Queue">The queue's id, or empty.</param>
/// <param name="Channel">The channel.</param>
/// <param name="Priority">The priority.</param>
/// <param name="Tier">The customer's tier, or empty.</param>
public sealed record SlaSubject(string Queue, string Channel, Priority Priority, string Tier)
{
    /// <summary>Nothing known.</summary>
    public static SlaSubject None { get; } = new("", "", Priority.Normal, "");

    /// <summary>A conversation's.</summary>
    public static SlaSubject Of(ConversationSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        var priority = summary.Priority == Priority.Unspecified ? Priority.Normal : summary.Priority;
        return new SlaSubject(summary.Queue, summary.Channel, priority, summary.CustomerTier);
    }
}
