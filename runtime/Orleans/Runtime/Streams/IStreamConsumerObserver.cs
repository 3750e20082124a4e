namespace Orleans.Runtime.Streams;

/// <summary>A client's end of its subscriptions.</summary>
internal interface IStreamConsumerObserver : IGrainObserver
{
    /// <returns>Whether the subscription is known.</returns>
    Task<bool> Deliver(Guid subscriptionId, [Immutable] StreamItems items);
}
