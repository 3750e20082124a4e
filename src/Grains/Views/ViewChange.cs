namespace Engine.Grains.Views;

/// <summary>One change of the read models.</summary>
public abstract record ViewChange
{
    private protected ViewChange() { }

    /// <summary>Inserts or replaces the row unless the stored one has the same or a newer version.</summary>
    public sealed record PutConversation(ConversationRow Row) : ViewChange;

    /// <summary>Inserts or replaces the row unless the stored one has the same or a newer version.</summary>
    public sealed record PutCustomer(PersonRow Row) : ViewChange;

    /// <summary>Inserts or replaces the row unless the stored one has the same or a newer version.</summary>
    /// <param name="Routing">What queues know of the agent, an internal <c>AgentRouting</c>; null: keep what is stored.</param>
    public sealed record PutAgent(PersonRow Row, ReadOnlyMemory<byte>? Routing = null) : ViewChange;

    /// <summary>Inserts the place of a message in its customer's timeline; the same place twice is one row.</summary>
    public sealed record AddToTimeline(string Workspace, string Customer, TimelineRow Row) : ViewChange;

    /// <summary>Inserts what became of a deadline; the same one twice is one row. Erasure leaves it.</summary>
    public sealed record AddSlaOutcome(SlaOutcomeRow Row) : ViewChange;

    /// <summary>Inserts how a promise was kept; the same one twice is one row. Erasure leaves it.</summary>
    public sealed record AddPromiseOutcome(PromiseOutcomeRow Row) : ViewChange;

    /// <summary>
    /// Deletes the conversation's details and its places in the customer's timeline beyond recovery from the files. Said once
    /// more by the conversation itself, since the customer's lane may be ahead of the conversation's: what
    /// <see cref="EraseCustomer"/> deleted may have come back from older commits.
    /// </summary>
    public sealed record EraseConversation(string Workspace, string Customer, string Conversation) : ViewChange;

    /// <summary>
    /// Deletes the customer, the details of the customer's conversations and the timeline beyond recovery from the files;
    /// what is left of the conversations is structure.
    /// </summary>
    public sealed record EraseCustomer(string Workspace, string Customer) : ViewChange;
}
