using Engine.Grains.Journal;

namespace Engine.Grains.Consumers;

/// <summary>What reacts to commits: one instance for each owner of lanes, called by one <see cref="ConsumerLoop"/>.</summary>
internal interface IConsumer
{
    /// <summary>Takes the lanes over from whoever had them, and answers from where to go on.</summary>
    Task<Checkpoint> TakeAsync(LaneSet lanes, CancellationToken cancellationToken);

    /// <summary>
    /// Handles a page and stores its end; false when a newer owner took the lanes. May be called again with a page that was
    /// handled before, and must then do no harm. Never waits on the network for long: later commits wait behind it.
    /// </summary>
    /// <param name="after">The checkpoint with the page handled.</param>
    Task<bool> HandleAsync(JournalPage page, Checkpoint after, CancellationToken cancellationToken);
}
