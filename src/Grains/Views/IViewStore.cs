using Engine.Grains.Consumers;
using Engine.Grains.Journal;

namespace Engine.Grains.Views;

/// <summary>
/// The read models behind List calls: rows that can be rebuilt from the journal at any time. Personal content stands in
/// them sealed only, with the person's own key, so erasing the key makes these noise as well; erasure also deletes the rows.
/// </summary>
public interface IViewStore
{
    /// <summary>The position up to which the views hold the journal: every lane as its group's owner left it.</summary>
    Task<JournalPosition> ReadCheckpointAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes the caller the one who keeps the views up with some lanes: stores the next epoch, in one step, so that whoever
    /// did so before can apply nothing more. The position of lanes never seen is the start.
    /// </summary>
    Task<Checkpoint> TakeAsync(LaneSet lanes, CancellationToken cancellationToken = default);

    /// <summary>
    /// Applies changes and moves the checkpoint, in one transaction; false, and nothing is changed, when a newer owner took
    /// the lanes. A change older than what a row has (by version) is ignored, so applying twice does no harm.
    /// </summary>
    Task<bool> ApplyAsync(IReadOnlyList<ViewChange> changes, Checkpoint checkpoint, CancellationToken cancellationToken = default);

    /// <summary>Conversations by filter, newest update first, then by id. Keyset paging by <see cref="ConversationQuery.After"/>.</summary>
    Task<IReadOnlyList<ConversationRow>> ListConversationsAsync(ConversationQuery query, CancellationToken cancellationToken = default);

    /// <summary>Customers of a workspace by id, ascending, after an id (empty: from the start).</summary>
    /// <param name="limit">1 to 1,000.</param>
    Task<IReadOnlyList<PersonRow>> ListCustomersAsync(string workspace, string afterId, int limit, CancellationToken cancellationToken = default);

    /// <summary>Agents of a workspace by id, ascending, after an id (empty: from the start).</summary>
    /// <param name="limit">1 to 1,000.</param>
    Task<IReadOnlyList<PersonRow>> ListAgentsAsync(string workspace, string afterId, int limit, CancellationToken cancellationToken = default);

    /// <summary>What waits in a queue - OPEN and nobody's - by id, ascending, after an id (empty: from the start).</summary>
    /// <param name="queue">The queue's id, not empty.</param>
    /// <param name="limit">1 to 1,000.</param>
    Task<IReadOnlyList<ConversationRow>> ListWaitingAsync(
        string workspace, string queue, string afterId, int limit, CancellationToken cancellationToken = default);

    /// <summary>Ids of conversations that are neither resolved nor closed, ascending, after an id (empty: from the start).</summary>
    /// <param name="limit">1 to 1,000.</param>
    Task<IReadOnlyList<string>> ListLiveAsync(string workspace, string afterId, int limit, CancellationToken cancellationToken = default);

    /// <summary>Conversations created from an instant on and before another, newest first, then by id, behind a row (null: from the newest).</summary>
    /// <param name="limit">1 to 1,000.</param>
    Task<IReadOnlyList<CreatedRow>> ListCreatedAsync(
        string workspace, DateTimeOffset from, DateTimeOffset to, CreatedRow? after, int limit, CancellationToken cancellationToken = default);

    /// <summary>Every agent as queues start from, by id, ascending, after an id (empty: from the start).</summary>
    /// <param name="limit">1 to 1,000.</param>
    Task<IReadOnlyList<AgentRoutingRow>> ListAgentRoutingAsync(
        string workspace, string afterId, int limit, CancellationToken cancellationToken = default);

    /// <summary>What became of deadlines and promises from an instant on and before another.</summary>
    /// <param name="queue">The id of a queue, not empty: what happened there only. Null: all.</param>
    Task<SlaFigures> ReportSlaAsync(
        string workspace, DateTimeOffset from, DateTimeOffset to, string? queue, CancellationToken cancellationToken = default);

    /// <summary>A customer's messages over all conversations, newest first, before a place (null: from the newest).</summary>
    /// <param name="limit">1 to 1,000.</param>
    Task<IReadOnlyList<TimelineRow>> ListTimelineAsync(string workspace, string customer, TimelinePlace? before, int limit, CancellationToken cancellationToken = default);
}
