using Engine.Internal.V1;
using NodaTime;

namespace Engine.Grains.Routing.Rehearsing;

/// <summary>One time that a conversation waited in a queue, and what came of it.</summary>
/// <param name="Waiting">As its queue knew it when it began to wait; wait_begin_time is that instant, not its place in the order.</param>
/// <param name="Begin">When it began to wait this time.</param>
/// <param name="Assigned">When an agent got it; null: it was taken out, or waits still.</param>
/// <param name="Left">When it ceased to wait without an agent; null: an agent got it, or it waits still.</param>
/// <param name="Handled">How long the agent held it as OPEN.</param>
public sealed record PastWait(WaitingConversation Waiting, Instant Begin, Instant? Assigned, Instant? Left, Duration Handled);
