using NodaTime;

namespace Engine.Grains.Routing.Rehearsing;

/// <summary>What happened to queues, read from journal and read models: no actor is woken for it.</summary>
public interface IRoutingPasts
{
    /// <summary>What happened to a queue from an instant on and before another.</summary>
    /// <param name="queue">The queue's id. Taken are conversations that are in it now.</param>
    /// <param name="alsoQueues">Ids of further queues whose agents may be asked.</param>
    Task<RoutingPast> ReadAsync(
        string workspace,
        string queue,
        IReadOnlyCollection<string> alsoQueues,
        Instant start,
        Instant end,
        CancellationToken cancellationToken = default);
}
