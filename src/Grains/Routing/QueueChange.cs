using Engine.Internal.V1;

namespace Engine.Grains.Routing;

/// <summary>What a queue has counted meanwhile.</summary>
public sealed record QueueChange(QueueCounts Counts);
