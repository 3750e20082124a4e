using Engine.Internal.V1;
using Engine.V1;
using ConversationEvent = Engine.Internal.V1.ConversationEvent;

namespace Engine.Grains.Conversations;

/// <summary>What one command does to a conversation, nothing sealed yet.</summary>
/// <param name="Author">Who does it.</param>
/// <param name="Events">In order; a message's content stands in <see cref="Content"/>.</param>
public sealed record ConversationChange(Author Author, IReadOnlyList<ConversationEvent> Events)
{
    /// <summary>What the message or note among the events says.</summary>
    public Content? Content { get; init; }

    /// <summary>Subject and attributes, when they change.</summary>
    public ConversationDetails? Details { get; init; }

    /// <summary>Priority, tags and language, when they change.</summary>
    public ConversationSummary? Data { get; init; }
}
