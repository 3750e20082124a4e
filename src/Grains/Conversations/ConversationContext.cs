using Engine.Grains.Catalogs;
using Engine.Internal.V1;

namespace Engine.Grains.Conversations;

/// <summary>What a conversation is decided by, besides itself.</summary>
/// <param name="Catalog">The workspace's rules, and those by which the conversation counted until now.</param>
/// <param name="LoadOf">Who waits and who is there in a queue, by its id; null: not known.</param>
public sealed record ConversationContext(WorkspaceCatalog Catalog, Func<string, QueueLoad?> LoadOf)
{
    /// <summary>Nothing is set, nothing is known.</summary>
    public static ConversationContext None { get; } = new(WorkspaceCatalog.None, _ => null);

    /// <summary>Whether to look again at what the customer was told, though nothing happens.</summary>
    public bool IsReview { get; init; }
}
