using System.Collections.Immutable;
using Engine.Grains.Expectations;
using Engine.Grains.Ids;
using Engine.Grains.Sla.Clocks;
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

    /// <summary>What is owed, by which rules.</summary>
    public SlaState Sla { get; init; } = SlaState.None;

    /// <summary>What the waiting customer was told; null: nothing that still holds.</summary>
    public Promise? Promise { get; init; }

    public bool Exists => Version > 0;

    public ConversationStatus Status => Summary.Status;

    /// <summary>Never unspecified.</summary>
    public ConversationMode Mode => Summary.Mode == ConversationMode.Unspecified ? ConversationMode.Asynchronous : Summary.Mode;

    /// <summary>Whether its queue looks for an agent.</summary>
    public bool IsWaiting => Waits(Summary);

    /// <summary>
    /// When status or mode change by themselves: a snooze ends, a resolved conversation closes, a live one has been idle for
    /// too long, nobody called in time. Null: never.
    /// </summary>
    public DateTimeOffset? NextChange => Earlier(UntilTime, Earlier(IdleTime, MissedTime));

    /// <summary>When there is anything to record though nobody does anything: also when a promise is at risk or broken.</summary>
    public DateTimeOffset? Deadline => Earlier(NextChange, Sla.NextDue?.ToDateTimeOffset());

    internal DateTimeOffset? UntilTime =>
        Status is ConversationStatus.Snoozed or ConversationStatus.Resolved ? Summary.UntilTime?.ToDateTimeOffset() : null;

    internal DateTimeOffset? IdleTime => Mode == ConversationMode.Live && Summary.LiveIdle is { } idle
        ? Later(Summary.LastMessageTime?.ToDateTimeOffset(), Summary.ModeTime?.ToDateTimeOffset()) + idle.ToTimeSpan()
        : null;

    internal DateTimeOffset? MissedTime => Mode == ConversationMode.Callback ? Summary.Callback?.EndTime?.ToDateTimeOffset() : null;

    /// <summary>The conversation as the API shows it, but for when an answer can be expected.</summary>
    public Conversation ToPublic(string id)
    {
        var conversation = ToPublic(id, Version, Summary, Details);
        conversation.Participants.AddRange(Participants);
        if (Sla.Rules is { Policy.Length: > 0 }) conversation.Sla = Sla.ToPublic();
        return conversation;
    }

    /// <summary>A conversation from its parts, as lists have them.</summary>
    public static Conversation ToPublic(string id, long version, ConversationSummary summary, ConversationDetails? details)
    {
        ArgumentNullException.ThrowIfNull(summary);
        var preferred = summary.PreferredAgent.Length > 0 ? summary.PreferredAgent : summary.LastAgent;
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
            Queue = QueueChoice.NameOf(summary.Queue),
            Mode = summary.Mode == ConversationMode.Unspecified ? ConversationMode.Asynchronous : summary.Mode,
            PreferredAgent = preferred.Length > 0 ? AgentId.Of(preferred).Name : "",
            WaitBeginTime = Waits(summary) ? summary.WaitBeginTime : null,
            Callback = summary.Callback,
            CustomerTier = summary.CustomerTier,
        };
        conversation.Tags.AddRange(summary.Tags);
        conversation.RequiredSkills.AddRange(summary.RequiredSkills);
        if (details is not null) conversation.Attributes.Add(details.Attributes);
        if (summary.Status == ConversationStatus.Snoozed) conversation.SnoozeUntilTime = summary.UntilTime;
        if (summary.Status is ConversationStatus.Resolved or ConversationStatus.Closed) conversation.CloseTime = summary.UntilTime;
        return conversation;
    }

    public static string Etag(long version) => $"v{version}";

    internal static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b : a;

    private static DateTimeOffset? Later(DateTimeOffset? a, DateTimeOffset? b) => a is null || b > a ? b : a;

    private static bool Waits(ConversationSummary summary) =>
        summary.Queue.Length > 0 && summary.Status == ConversationStatus.Open && summary.Assignee.Length == 0;
}
