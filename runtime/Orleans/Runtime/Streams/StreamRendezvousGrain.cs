using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Providers;

namespace Orleans.Runtime.Streams;

/// <summary>
/// Delivers the items of one stream to its consumers. Each consumer has a queue and a delivery that runs through it, so a
/// slow one delays nobody else and each gets the items in order. The queues are in memory and bounded: items are lost when
/// the silo dies, when this grain moves, and, oldest first, when a consumer falls too far behind. Explicit subscriptions
/// are kept in the storage named PubSubStore; implicit ones follow from the grain classes.
/// </summary>
[Reentrant]
[GrainType("sys.stream")]
internal sealed partial class StreamRendezvousGrain(
    [PersistentState("subscriptions", ProviderConstants.DEFAULT_PUBSUB_PROVIDER_NAME)] IPersistentState<RendezvousState> state,
    ImplicitSubscriptions implicitSubscriptions, ILogger<StreamRendezvousGrain> logger)
    : Grain, IStreamRendezvousGrain
{
    private const int AttemptsMax = 3;
    private readonly Dictionary<Guid, ConsumerQueue> _queues = [];
    private StreamSubscription[]? _implicit;
    private long _nextNumber;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _nextNumber = GrainTicks();
        return Task.CompletedTask;
    }

    public Task Publish(StreamItems items)
    {
        var numbered = new StreamItems
        {
            Provider = items.Provider,
            StreamId = items.StreamId,
            FirstNumber = _nextNumber,
            Payloads = items.Payloads,
            Error = items.Error,
            IsCompleted = items.IsCompleted,
        };
        _nextNumber += Math.Max(1, items.Payloads.Count);
        _implicit ??= implicitSubscriptions.For(items.StreamId);
        foreach (var subscription in _implicit)
            Enqueue(subscription, numbered);
        foreach (var subscription in state.State.Subscriptions)
            Enqueue(subscription, numbered);
        return Task.CompletedTask;
    }

    public async Task Subscribe(StreamSubscription subscription)
    {
        state.State.Subscriptions = [.. state.State.Subscriptions.Where(known => known.Id != subscription.Id), subscription];
        await state.WriteStateAsync();
    }

    public async Task Unsubscribe(Guid subscriptionId)
    {
        if (!state.State.Subscriptions.Exists(known => known.Id == subscriptionId))
            return;
        state.State.Subscriptions = [.. state.State.Subscriptions.Where(known => known.Id != subscriptionId)];
        _queues.Remove(subscriptionId);
        if (state.State.Subscriptions.Count == 0)
            await state.ClearStateAsync();
        else
            await state.WriteStateAsync();
    }

    public Task<List<StreamSubscription>> GetSubscriptions(GrainId consumer) =>
        Task.FromResult(state.State.Subscriptions.Where(subscription => subscription.Consumer == consumer).ToList());

    /// <summary>Numbers of a later activation are higher than those of an earlier one.</summary>
    private static long GrainTicks() => TimeProvider.System.GetUtcNow().UtcTicks;

    private void Enqueue(StreamSubscription subscription, StreamItems items)
    {
        if (!_queues.TryGetValue(subscription.Id, out var queue))
            _queues.Add(subscription.Id, queue = new ConsumerQueue(subscription));
        if (queue.Add(items))
            Dropped(logger, subscription.Consumer, items.StreamId);
        if (!queue.IsDelivering)
            _ = Deliver(queue);
    }

    private async Task Deliver(ConsumerQueue queue)
    {
        queue.IsDelivering = true;
        try
        {
            while (queue.TryPeek(out var items))
            {
                await DeliverOne(queue.Subscription, items);
                queue.Remove(items);
            }
        }
        finally
        {
            queue.IsDelivering = false;
        }
    }

    private async Task DeliverOne(StreamSubscription subscription, StreamItems items)
    {
        for (var attempt = 1; attempt <= AttemptsMax; attempt++)
        {
            try
            {
                var isKnown = References.LocalObjects.IsObject(subscription.Consumer)
                    ? await GrainFactory.GetGrain<IStreamConsumerObserver>(subscription.Consumer).Deliver(subscription.Id, items)
                    : await GrainFactory.GetGrain<IStreamConsumerExtension>(subscription.Consumer).Deliver(subscription.Id, items);
                if (!isKnown)
                    NotAttached(logger, subscription.Consumer, items.StreamId);
                return;
            }
            catch (ClientNotAvailableException)
            {
                await Unsubscribe(subscription.Id);
                return;
            }
            catch (Exception error)
            {
                DeliveryFailed(logger, subscription.Consumer, items.StreamId, attempt, error);
            }
        }
    }

    [LoggerMessage(500, LogLevel.Warning, "{Consumer} is too slow for stream {StreamId}: its oldest items are dropped")]
    private static partial void Dropped(ILogger logger, GrainId consumer, StreamId streamId);

    [LoggerMessage(501, LogLevel.Debug, "{Consumer} subscribed to stream {StreamId} but has attached nothing")]
    private static partial void NotAttached(ILogger logger, GrainId consumer, StreamId streamId);

    [LoggerMessage(502, LogLevel.Warning, "Items of stream {StreamId} could not be delivered to {Consumer}, attempt {Attempt}")]
    private static partial void DeliveryFailed(ILogger logger, GrainId consumer, StreamId streamId, int attempt, Exception error);
}
