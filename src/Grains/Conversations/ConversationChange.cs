using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;
using ConversationEvent = Engine.Internal.V1.ConversationEvent;

namespace Engine.Grains.Conversations;

/// <summary>What one command does to a conversation, nothing sealed yet.</summary>
/// <param name="Author">Who does it.</param>
/// <param name="Events">In order; a message's content stands in <see cref="Content"/>.</param>
public sealed record ConversationChange(Author Author, IReadOnlyList<ConversationEvent> Events)
{
    /// <summary>What the message or note among the events says.</summary>
    public Content? Content { get; init; }

    /// <summary>Subject, attributes and number to call, when they change.</summary>
    public ConversationDetails? Details { get; init; }

    /// <summary>
    /// What the events do not tell of the structure after them: with a beginning or a change of data all of the data, with an
    /// assignment by which right, with LIVE how long it may be idle.
    /// </summary>
    public ConversationSummary? Data { get; init; }

    /// <summary>Since when the customer had waited for the answer that a person gives by it.</summary>
    public Timestamp? AnsweredSince { get; init; }

    /// <summary>The conversation after it, once <see cref="ConversationTurn"/> has worked out all that follows.</summary>
    public ConversationState? After { get; init; }
}
