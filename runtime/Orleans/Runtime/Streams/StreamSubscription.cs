namespace Orleans.Runtime.Streams;

/// <summary>Who gets the items of a stream.</summary>
[GenerateSerializer]
[Immutable]
internal sealed class StreamSubscription
{
    [Id(0)]
    public required Guid Id { get; init; }

    /// <summary>A grain, or an object of a client.</summary>
    [Id(1)]
    public required GrainId Consumer { get; init; }
}
