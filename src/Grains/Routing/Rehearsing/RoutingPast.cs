using System.Collections.Immutable;

namespace Engine.Grains.Routing.Rehearsing;

/// <summary>What happened to a queue in some time: what a dry run is made from.</summary>
/// <param name="Waits">By the instant at which they began, then by conversation.</param>
/// <param name="Agents">Those whom the queue may ask, by id.</param>
/// <param name="ConversationCount">How many conversations that is.</param>
/// <param name="IsTruncated">Whether there was more than is read at once.</param>
public sealed record RoutingPast(
    DateTimeOffset StartTime,
    DateTimeOffset EndTime,
    ImmutableArray<PastWait> Waits,
    ImmutableArray<PastAgent> Agents,
    int ConversationCount,
    bool IsTruncated);
