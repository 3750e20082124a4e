using Engine.V1;

namespace Engine.LoadTests.Shift.Observing;

/// <summary>One commit of a conversation, and how the conversation stands after it.</summary>
internal sealed record ConversationStep
{
    public required long Version { get; init; }

    /// <summary>When it was committed, by the engine's clock.</summary>
    public required DateTimeOffset CommitTime { get; init; }

    /// <summary>When it took effect: earlier than the commit where the engine noticed late.</summary>
    public required DateTimeOffset At { get; init; }

    public AuthorType Author { get; init; }

    public ConversationStatus Status { get; init; }

    /// <summary>queues/{queue}, or empty.</summary>
    public string Queue { get; init; } = "";

    /// <summary>agents/{agent}, or empty.</summary>
    public string Assignee { get; init; } = "";

    public string Channel { get; init; } = "";

    public ConversationMode Mode { get; init; } = ConversationMode.Asynchronous;

    /// <summary>CALLBACK: nobody is looked for before.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The change of assignee in this commit.</summary>
    public AssigneeChanged? Change { get; init; }

    /// <summary>The queue's decision in this commit.</summary>
    public RoutingDecision? Decision { get; init; }

    /// <summary>The message or note in this commit.</summary>
    public Message? Message { get; init; }

    /// <summary>What became of deadlines in this commit.</summary>
    public IReadOnlyList<SlaNotice> Notices { get; init; } = [];

    /// <summary>Whether somebody is to be found for it.</summary>
    public bool IsWaiting => Queue.Length > 0 && Status == ConversationStatus.Open && Assignee.Length == 0;

    public bool IsCustomerMessage => Message is { Kind: MessageKind.Message } && Author == AuthorType.Customer;

    public bool IsAnswer => Message is { Kind: MessageKind.Message } && Author == AuthorType.Agent;
}
