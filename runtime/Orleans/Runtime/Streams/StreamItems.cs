namespace Orleans.Runtime.Streams;

/// <summary>Items of a stream on their way, each written by the codecs of the one who published it.</summary>
[GenerateSerializer]
[Immutable]
internal sealed class StreamItems
{
    [Id(0)]
    public required string Provider { get; init; }

    [Id(1)]
    public required StreamId StreamId { get; init; }

    /// <summary>The number of the first item.</summary>
    [Id(2)]
    public long FirstNumber { get; init; }

    [Id(3)]
    public required List<byte[]> Payloads { get; init; }

    /// <summary>An error that the producer reported in place of items.</summary>
    [Id(4)]
    public string? Error { get; init; }

    /// <summary>Whether the producer said that nothing follows.</summary>
    [Id(5)]
    public bool IsCompleted { get; init; }
}
