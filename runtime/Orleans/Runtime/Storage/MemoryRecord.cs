namespace Orleans.Runtime.Storage;

/// <summary>A stored state.</summary>
[GenerateSerializer]
[Immutable]
internal sealed class MemoryRecord
{
    [Id(0)]
    public required byte[] Payload { get; init; }

    [Id(1)]
    public required string Etag { get; init; }
}
