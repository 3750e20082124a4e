using Engine.V1;

namespace Engine.Grains.Cluster;

/// <summary>What the store tells of the engine's own work, for its operator.</summary>
public interface IStoreFigures
{
    /// <summary>Reminders whose time has come, by the engine's clock.</summary>
    Task<long> CountRemindersDueAsync(CancellationToken cancellationToken = default);

    /// <summary>The journal's end, to be compared with what it was before.</summary>
    Task<string> ReadJournalEndAsync(CancellationToken cancellationToken = default);

    /// <summary>How far the engine's own consumers are behind, by consumer and group of lanes.</summary>
    Task<IReadOnlyList<ConsumerLag>> ReadLagsAsync(CancellationToken cancellationToken = default);
}
