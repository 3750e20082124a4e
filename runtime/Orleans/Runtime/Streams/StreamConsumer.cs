using Orleans.Runtime.Generated;
using Orleans.Serialization;
using Orleans.Streams;

namespace Orleans.Runtime.Streams;

/// <summary>The observers that one grain, or one client, has attached to its subscriptions.</summary>
internal sealed class StreamConsumer(CodecRegistry codecs) : IStreamConsumerExtension, IStreamConsumerObserver
{
    private readonly Dictionary<Guid, Func<StreamItems, Task>> _attached = [];
    private readonly Lock _gate = new();

    public void Attach<T>(Guid subscriptionId, IAsyncObserver<T> observer) => Set(subscriptionId, async items =>
    {
        var number = items.FirstNumber;
        foreach (var payload in items.Payloads)
            await observer.OnNextAsync(Read<T>(payload), new EventToken(number++));
        if (items.Error is not null)
            await observer.OnErrorAsync(new OrleansException(items.Error));
        if (items.IsCompleted)
            await observer.OnCompletedAsync();
    });

    public void Attach<T>(Guid subscriptionId, IAsyncBatchObserver<T> observer) => Set(subscriptionId, async items =>
    {
        if (items.Payloads.Count > 0)
        {
            await observer.OnNextAsync([.. items.Payloads.Select((payload, index) =>
                new SequentialItem<T>(Read<T>(payload), new EventToken(items.FirstNumber + index)))]);
        }

        if (items.Error is not null)
            await observer.OnErrorAsync(new OrleansException(items.Error));
        if (items.IsCompleted)
            await observer.OnCompletedAsync();
    });

    public void Detach(Guid subscriptionId)
    {
        lock (_gate)
            _attached.Remove(subscriptionId);
    }

    public async Task<bool> Deliver(Guid subscriptionId, StreamItems items)
    {
        Func<StreamItems, Task>? observer;
        lock (_gate)
            _attached.TryGetValue(subscriptionId, out observer);
        if (observer is null)
            return false;
        await observer(items);
        return true;
    }

    private T Read<T>(byte[] payload) => new CallReader(codecs, payload).Read<T>()
        ?? throw new SerializerException("A stream item is null.");

    private void Set(Guid subscriptionId, Func<StreamItems, Task> observer)
    {
        lock (_gate)
            _attached[subscriptionId] = observer;
    }
}
