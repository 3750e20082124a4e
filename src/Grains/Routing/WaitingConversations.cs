using Engine.Internal.V1;
using Engine.V1;

namespace Engine.Grains.Routing;

/// <summary>Which conversations wait, and as what: from a commit or from a row of the read models alike.</summary>
internal static class WaitingConversations
{
    /// <summary>Whether a conversation waits in its queue.</summary>
    public static bool Waits(ConversationSummary summary) =>
        summary.Queue.Length > 0 && summary.Status == ConversationStatus.Open && summary.Assignee.Length == 0;

    /// <summary>Whether an agent has it, and a customer waits for the answer.</summary>
    public static bool IsOwed(ConversationSummary summary) =>
        summary.Status == ConversationStatus.Open && summary.Assignee.Length > 0 && summary.UnansweredTime is not null;

    public static WaitingConversation Of(string id, long version, ConversationSummary summary)
    {
        var waiting = new WaitingConversation
        {
            Conversation = id,
            Version = version,
            Priority = summary.Priority,
            DeadlineTime = summary.DeadlineTime,
            WaitBeginTime = summary.WaitBeginTime ?? summary.UpdateTime,
            Channel = summary.Channel,
            Language = summary.Language,
            PreferredAgent = summary.PreferredAgent.Length > 0 ? summary.PreferredAgent : summary.LastAgent,
            Mode = summary.Mode,
            NotBeforeTime = summary.Mode == ConversationMode.Callback ? summary.Callback?.StartTime : null,
        };
        waiting.RequiredSkills.AddRange(summary.RequiredSkills);
        return waiting;
    }
}
