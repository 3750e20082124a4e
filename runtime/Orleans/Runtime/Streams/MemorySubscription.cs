using Orleans.Streams;

namespace Orleans.Runtime.Streams;

/// <summary>A subscription to a stream in memory.</summary>
internal sealed class MemorySubscription<T>(MemoryStream<T> stream, Guid id, bool isImplicit) : StreamSubscriptionHandle<T>
{
    public override StreamId StreamId => stream.StreamId;

    public override string ProviderName => stream.ProviderName;

    public override Guid HandleId => id;

    public override async Task UnsubscribeAsync()
    {
        stream.Provider.Consumers.Current().Consumer.Detach(id);
        if (!isImplicit)
            await stream.Provider.Rendezvous(stream.StreamId).Unsubscribe(id);
    }

    public override Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncObserver<T> observer, StreamSequenceToken? token = null)
    {
        MemoryStream<T>.RefusePast(token);
        stream.Provider.Consumers.Current().Consumer.Attach(id, observer);
        return Task.FromResult<StreamSubscriptionHandle<T>>(this);
    }

    public override Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncBatchObserver<T> observer, StreamSequenceToken? token = null)
    {
        MemoryStream<T>.RefusePast(token);
        stream.Provider.Consumers.Current().Consumer.Attach(id, observer);
        return Task.FromResult<StreamSubscriptionHandle<T>>(this);
    }

    public override bool Equals(StreamSubscriptionHandle<T>? other) => other is not null && other.HandleId == id;

    public override bool Equals(object? obj) => Equals(obj as StreamSubscriptionHandle<T>);

    public override int GetHashCode() => id.GetHashCode();
}
