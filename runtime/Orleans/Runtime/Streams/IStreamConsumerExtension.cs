namespace Orleans.Runtime.Streams;

/// <summary>A grain's end of its subscriptions.</summary>
internal interface IStreamConsumerExtension : IGrainExtension
{
    /// <returns>Whether the subscription is known; false when nothing was attached to it.</returns>
    Task<bool> Deliver(Guid subscriptionId, [Immutable] StreamItems items);
}
