using Engine.V1;

namespace Engine.Grains.Cluster;

/// <summary>What the store tells of the engine's own work, for its operator.</summary>
public interface IStoreFigures
{
    /// <summary>Reminders whose time has come, by the engine's clock.</summary>
    Task<long> CountRemindersDueAsync(CancellationToken cancellationToken = default);

    /// <summary>The sequence number of the journal's newest row, or an upper bound of it; 0: none.</summary>
    Task<long> ReadJournalEndAsync(CancellationToken cancellationToken = default);

    /// <summary>How far the engine's own consumers are behind, by consumer and lane.</summary>
    Task<IReadOnlyList<ConsumerLag>> ReadLagsAsync(CancellationToken cancellationToken = default);
}
