namespace Orleans.Runtime.Streams;

/// <summary>The explicit subscriptions of a stream, as they are stored.</summary>
[GenerateSerializer]
internal sealed class RendezvousState
{
    [Id(0)]
    public List<StreamSubscription> Subscriptions { get; set; } = [];
}
