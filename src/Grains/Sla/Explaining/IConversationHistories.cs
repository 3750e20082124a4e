using NodaTime;

namespace Engine.Grains.Sla.Explaining;

/// <summary>Conversations' histories for explanations and dry runs, read from the journal: no actor is woken for them.</summary>
public interface IConversationHistories
{
    /// <summary>What happened in a conversation until an instant.</summary>
    /// <param name="conversation">The conversation's id.</param>
    /// <param name="until">Commits after it are left out. Those that took effect before they were written are told as they took effect.</param>
    /// <returns>Null: there is no such conversation, or it began later.</returns>
    Task<ConversationHistory?> ReadAsync(string workspace, string conversation, Instant until, CancellationToken cancellationToken = default);
}
