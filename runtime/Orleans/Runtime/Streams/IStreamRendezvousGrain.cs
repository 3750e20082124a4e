namespace Orleans.Runtime.Streams;

/// <summary>Where producers and consumers of one stream meet. Its key is provider, namespace and key of the stream.</summary>
internal interface IStreamRendezvousGrain : IGrainWithStringKey
{
    /// <summary>Takes items; they are delivered after the call has ended.</summary>
    Task Publish([Immutable] StreamItems items);

    Task Subscribe([Immutable] StreamSubscription subscription);

    Task Unsubscribe(Guid subscriptionId);

    Task<List<StreamSubscription>> GetSubscriptions(GrainId consumer);
}
