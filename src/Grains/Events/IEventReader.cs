using Engine.Grains.Journal;

namespace Engine.Grains.Events;

/// <summary>Reads a workspace's events from the journal, unsealed.</summary>
public interface IEventReader
{
    /// <summary>Events after a position, possibly none although more follow; <see cref="EventPage.Next"/> always moves on.</summary>
    /// <param name="limit">At most this many journal rows are looked at, 1 to 4,096.</param>
    Task<EventPage> ReadAsync(string workspace, JournalPosition after, int limit, CancellationToken cancellationToken = default);

    /// <summary>Completes when events may exist after a position.</summary>
    Task WaitAsync(JournalPosition after, CancellationToken cancellationToken = default);

    /// <summary>The position after everything so far.</summary>
    Task<JournalPosition> ReadEndAsync(CancellationToken cancellationToken = default);
}
