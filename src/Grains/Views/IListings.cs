using Engine.Grains.Journal;
using Engine.V1;

namespace Engine.Grains.Views;

/// <summary>Lists from the read models, unsealed: what List calls answer with.</summary>
public interface IListings
{
    /// <summary>Conversations by filter, newest update first, then by id. Without participants.</summary>
    Task<IReadOnlyList<Conversation>> ListConversationsAsync(ConversationQuery query, CancellationToken cancellationToken = default);

    /// <summary>Customers by id, after an id.</summary>
    Task<IReadOnlyList<Customer>> ListCustomersAsync(string workspace, string afterId, int limit, CancellationToken cancellationToken = default);

    /// <summary>Agents by id, after an id. Without inbox counts.</summary>
    Task<IReadOnlyList<Agent>> ListAgentsAsync(string workspace, string afterId, int limit, CancellationToken cancellationToken = default);

    /// <summary>A customer's messages, newest first, with the place of each for paging.</summary>
    Task<IReadOnlyList<(TimelinePlace Place, TimelineEntry Entry)>> ListTimelineAsync(
        string workspace, string customer, TimelinePlace? before, int limit, CancellationToken cancellationToken = default);

    /// <summary>Ids of conversations created from an instant on and before another, newest first, then by id, behind a row (null: from the newest).</summary>
    Task<IReadOnlyList<CreatedRow>> ListCreatedAsync(
        string workspace, DateTimeOffset from, DateTimeOffset to, CreatedRow? after, int limit, CancellationToken cancellationToken = default);

    /// <summary>What became of deadlines and promises from an instant on and before another.</summary>
    /// <param name="queue">A queue's id: what happened there only. Null: all.</param>
    Task<SlaFigures> ReportSlaAsync(
        string workspace, DateTimeOffset from, DateTimeOffset to, string? queue, CancellationToken cancellationToken = default);

    /// <summary>Waits until the lists hold everything up to a position; false when time ran out first.</summary>
    Task<bool> WaitAsync(LanePosition position, TimeSpan timeout, CancellationToken cancellationToken = default);
}
