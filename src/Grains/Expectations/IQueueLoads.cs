using Engine.Internal.V1;

namespace Engine.Grains.Expectations;

/// <summary>What this silo knows of queues' loads.</summary>
internal interface IQueueLoads
{
    /// <summary>What is known without waiting; fetched anew meanwhile when it is not fresh any more.</summary>
    /// <param name="queue">The queue's id.</param>
    /// <param name="load">Null: the queue could not tell.</param>
    /// <returns>False: nothing is known, or only what is too old; see <see cref="FetchAsync"/>.</returns>
    bool TryGet(string workspace, string queue, out QueueLoad? load);

    /// <summary>What was last known, however old; asks for nothing.</summary>
    QueueLoad? Last(string workspace, string queue);

    /// <summary>Fetches a queue's load, waiting a moment at most; see <see cref="Last"/> for what came of it.</summary>
    Task FetchAsync(string workspace, string queue);
}
