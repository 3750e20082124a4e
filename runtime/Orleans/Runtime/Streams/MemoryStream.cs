using Orleans.Runtime.Generated;
using Orleans.Streams;

namespace Orleans.Runtime.Streams;

/// <summary>One stream in memory, for producers and consumers.</summary>
internal sealed class MemoryStream<T>(MemoryStreamProvider provider, StreamId streamId) : IAsyncStream<T>
{
    public bool IsRewindable => false;

    public string ProviderName => provider.Name;

    public StreamId StreamId => streamId;

    public MemoryStreamProvider Provider => provider;

    public Task OnNextAsync(T item, StreamSequenceToken? token = null) => Publish([Write(item)]);

    public Task OnNextBatchAsync(IEnumerable<T> batch, StreamSequenceToken? token = null) => Publish([.. batch.Select(Write)]);

    public Task OnCompletedAsync() => Publish([], isCompleted: true);

    public Task OnErrorAsync(Exception ex) => Publish([], ex?.Message ?? "The producer failed.");

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncObserver<T> observer) =>
        Subscribe((consumer, id) => consumer.Attach(id, observer));

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(
        IAsyncObserver<T> observer, StreamSequenceToken? token, string? filterData = null)
    {
        RefusePast(token);
        return SubscribeAsync(observer);
    }

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncBatchObserver<T> observer) =>
        Subscribe((consumer, id) => consumer.Attach(id, observer));

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncBatchObserver<T> observer, StreamSequenceToken? token)
    {
        RefusePast(token);
        return SubscribeAsync(observer);
    }

    public async Task<IList<StreamSubscriptionHandle<T>>> GetAllSubscriptionHandles()
    {
        var (_, id) = provider.Consumers.Current();
        if (provider.Implicit.Find(id, streamId) is { } subscription)
            return [new MemorySubscription<T>(this, subscription.Id, isImplicit: true)];
        var subscriptions = await provider.Rendezvous(streamId).GetSubscriptions(id);
        return [.. subscriptions.Select(known => new MemorySubscription<T>(this, known.Id, isImplicit: false))];
    }

    public bool Equals(IAsyncStream<T>? other) =>
        other is not null && other.ProviderName == ProviderName && other.StreamId == StreamId;

    public override bool Equals(object? obj) => Equals(obj as IAsyncStream<T>);

    public override int GetHashCode() => streamId.GetHashCode();

    public int CompareTo(IAsyncStream<T>? other) => other is null ? 1 : streamId.CompareTo(other.StreamId);

    internal static void RefusePast(StreamSequenceToken? token)
    {
        if (token is not null)
            throw new NotSupportedException("Memory streams keep no past items: a subscription starts with the next one.");
    }

    private async Task<StreamSubscriptionHandle<T>> Subscribe(Action<StreamConsumer, Guid> attach)
    {
        var (consumer, id) = provider.Consumers.Current();
        if (provider.Implicit.Find(id, streamId) is { } known)
        {
            attach(consumer, known.Id);
            return new MemorySubscription<T>(this, known.Id, isImplicit: true);
        }

        var subscription = new StreamSubscription { Id = Guid.NewGuid(), Consumer = id };
        attach(consumer, subscription.Id);
        try
        {
            await provider.Rendezvous(streamId).Subscribe(subscription);
        }
        catch
        {
            consumer.Detach(subscription.Id);
            throw;
        }

        return new MemorySubscription<T>(this, subscription.Id, isImplicit: false);
    }

    private byte[] Write(T item)
    {
        ArgumentNullException.ThrowIfNull(item);
        using var writer = new CallWriter(provider.Codecs);
        writer.Write(item);
        return writer.Written.ToArray();
    }

    private Task Publish(List<byte[]> payloads, string? error = null, bool isCompleted = false) =>
        provider.Rendezvous(streamId).Publish(new StreamItems
        {
            Provider = provider.Name,
            StreamId = streamId,
            Payloads = payloads,
            Error = error,
            IsCompleted = isCompleted,
        });
}
