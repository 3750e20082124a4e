using Engine.Grains.Journal;

namespace Engine.Grains.Consumers;

/// <summary>
/// Stored positions of the journal's consumers: the engine's own (workspace empty) and those that integrators name in
/// EventService.
/// </summary>
public interface IConsumerStore
{
    /// <summary>The stored position, or null for a consumer never seen.</summary>
    Task<JournalPosition?> ReadAsync(string workspace, string consumer, CancellationToken cancellationToken = default);

    /// <summary>Stores a position, whatever was there.</summary>
    Task WriteAsync(string workspace, string consumer, JournalPosition position, CancellationToken cancellationToken = default);

    /// <summary>Forgets a consumer; false when there was none.</summary>
    Task<bool> DeleteAsync(string workspace, string consumer, CancellationToken cancellationToken = default);

    /// <summary>All consumers of a workspace by name, at most 1,000.</summary>
    Task<IReadOnlyList<StoredConsumer>> ListAsync(string workspace, CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes the caller the owner of some lanes of one of the engine's own consumers: stores the next epoch, in one step, so
    /// that whoever owned them before can move the checkpoint no more. The position of a consumer never seen is the start.
    /// </summary>
    Task<Checkpoint> TakeAsync(string consumer, LaneSet lanes, CancellationToken cancellationToken = default);

    /// <summary>Stores the position if the checkpoint's epoch is still the stored one; false when a newer owner took the lanes.</summary>
    Task<bool> MoveAsync(string consumer, Checkpoint checkpoint, CancellationToken cancellationToken = default);
}
