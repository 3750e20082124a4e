using System.Collections.Immutable;
using Engine.Grains.Ids;
using Engine.Internal.V1;
using Engine.V1;

namespace Engine.Grains.Conversations;

/// <summary>A conversation between two commits. Immutable; its messages are never changed either.</summary>
public sealed record ConversationState
{
    /// <summary>Before the first commit.</summary>
    public static ConversationState None { get; } = new();

    /// <summary>0: the conversation does not exist.</summary>
    public long Version { get; init; }

    public ConversationSummary Summary { get; init; } = new();

    public ConversationDetails Details { get; init; } = new();

    public ImmutableArray<Participant> Participants { get; init; } = [];

    public bool Exists => Version > 0;

    public ConversationStatus Status => Summary.Status;

    /// <summary>When the conversation does something by itself: a snooze ends, a resolved one closes. Null: never.</summary>
    public DateTimeOffset? Deadline =>
        Status is ConversationStatus.Snoozed or ConversationStatus.Resolved ? Summary.UntilTime?.ToDateTimeOffset() : null;

    /// <summary>The conversation as the API shows it.</summary>
    public Conversation ToPublic(string id)
    {
        var conversation = ToPublic(id, Version, Summary, Details);
        conversation.Participants.AddRange(Participants);
        return conversation;
    }

    /// <summary>A conversation from its parts, as lists have them.</summary>
    public static Conversation ToPublic(string id, long version, ConversationSummary summary, ConversationDetails? details)
    {
        ArgumentNullException.ThrowIfNull(summary);
        var conversation = new Conversation
        {
            Name = ConversationId.Of(id).Name,
            Customer = CustomerId.Of(summary.Customer).Name,
            Channel = summary.Channel,
            Subject = details?.Subject ?? "",
            Priority = summary.Priority,
            Language = summary.Language,
            Status = summary.Status,
            Assignee = summary.Assignee.Length > 0 ? AgentId.Of(summary.Assignee).Name : "",
            CreateTime = summary.CreateTime,
            UpdateTime = summary.UpdateTime,
            LastMessageTime = summary.LastMessageTime,
            Version = version,
            MessageCount = summary.MessageCount,
            Etag = Etag(version),
            Predecessor = summary.Predecessor.Length > 0 ? ConversationId.Of(summary.Predecessor).Name : "",
        };
        conversation.Tags.AddRange(summary.Tags);
        if (details is not null) conversation.Attributes.Add(details.Attributes);
        if (summary.Status == ConversationStatus.Snoozed) conversation.SnoozeUntilTime = summary.UntilTime;
        if (summary.Status is ConversationStatus.Resolved or ConversationStatus.Closed) conversation.CloseTime = summary.UntilTime;
        return conversation;
    }

    public static string Etag(long version) => $"v{version}";
}
