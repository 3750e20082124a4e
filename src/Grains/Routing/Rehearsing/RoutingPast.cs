using System.Collections.Immutable;

namespace Engine.Grains.Routing.Rehearsing;

/// <summary>What happened to a queue in some time: what a dry run is made from.</summary>
/// <param name="Conversations">By the instant at which they began to wait, then by id.</param>
/// <param name="Shifts">Of the agents whom the queue may ask.</param>
/// <param name="IsTruncated">Whether there was more than is read at once.</param>
public sealed record RoutingPast(
    ImmutableArray<RehearsedConversation> Conversations, ImmutableArray<RehearsedShift> Shifts, bool IsTruncated);
