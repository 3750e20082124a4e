using System.Collections.Immutable;
using Engine.Internal.V1;

namespace Engine.Grains.Routing.Rehearsing;

/// <summary>One time that a conversation waited in a queue, and what came of it.</summary>
/// <param name="Waiting">As its queue knew it when it began to wait.</param>
/// <param name="BeginTime">When it began to wait this time; its place in the order may be older.</param>
/// <param name="AssignTime">When an agent got it; null: it was taken out, or waits still.</param>
/// <param name="EndTime">When it ceased to wait without an agent; null: an agent got it, or it waits still.</param>
/// <param name="Holds">How it was held from its assignment on, in order.</param>
public sealed record PastWait(
    WaitingConversation Waiting, DateTimeOffset BeginTime, DateTimeOffset? AssignTime, DateTimeOffset? EndTime, ImmutableArray<PastHold> Holds);
