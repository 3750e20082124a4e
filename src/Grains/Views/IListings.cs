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

    /// <summary>Waits until the lists hold everything up to a position; false when time ran out first.</summary>
    Task<bool> WaitAsync(LanePosition position, TimeSpan timeout, CancellationToken cancellationToken = default);
}
