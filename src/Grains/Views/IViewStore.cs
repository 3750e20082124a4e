using Engine.Grains.Journal;

namespace Engine.Grains.Views;

/// <summary>
/// The read models behind List calls: rows that can be rebuilt from the journal at any time. Personal content stands in
/// them sealed only, with the person's own key, so erasing the key makes these noise as well; erasure also deletes the rows.
/// </summary>
public interface IViewStore
{
    /// <summary>The position up to which the views hold the journal.</summary>
    Task<JournalPosition> ReadCheckpointAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Applies changes and moves the checkpoint, in one transaction. A change older than what a row has (by version) is
    /// ignored, so applying twice does no harm.
    /// </summary>
    Task ApplyAsync(IReadOnlyList<ViewChange> changes, JournalPosition checkpoint, CancellationToken cancellationToken = default);

    /// <summary>Conversations by filter, newest update first, then by id. Keyset paging by <see cref="ConversationQuery.After"/>.</summary>
    Task<IReadOnlyList<ConversationRow>> ListConversationsAsync(ConversationQuery query, CancellationToken cancellationToken = default);

    /// <summary>Customers of a workspace by id, ascending, after an id (empty: from the start).</summary>
    /// <param name="limit">1 to 1,000.</param>
    Task<IReadOnlyList<PersonRow>> ListCustomersAsync(string workspace, string afterId, int limit, CancellationToken cancellationToken = default);

    /// <summary>Agents of a workspace by id, ascending, after an id (empty: from the start).</summary>
    /// <param name="limit">1 to 1,000.</param>
    Task<IReadOnlyList<PersonRow>> ListAgentsAsync(string workspace, string afterId, int limit, CancellationToken cancellationToken = default);

    /// <summary>A customer's messages over all conversations, newest first, before a place (null: from the newest).</summary>
    /// <param name="limit">1 to 1,000.</param>
    Task<IReadOnlyList<TimelineRow>> ListTimelineAsync(string workspace, string customer, TimelinePlace? before, int limit, CancellationToken cancellationToken = default);
}
