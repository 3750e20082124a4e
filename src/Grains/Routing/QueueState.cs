using Engine.Internal.V1;

namespace Engine.Grains.Routing;

/// <summary>What a queue's own journal holds: what it has counted. Who waits is the conversations' to say.</summary>
public sealed record QueueState
{
    public static QueueState None { get; } = new();

    public QueueCounts Counts { get; init; } = new();
}
