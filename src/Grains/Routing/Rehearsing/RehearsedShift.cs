using Engine.Internal.V1;
using NodaTime;

namespace Engine.Grains.Routing.Rehearsing;

/// <summary>A time that an agent was there. An agent has as many of these as there were; they do not overlap.</summary>
/// <param name="Agent">
/// As of then: queues, skills, languages, channels, capacity. Units held are held all the time: what was not of this queue.
/// </param>
/// <param name="Begin">When the agent came.</param>
/// <param name="End">When the agent went.</param>
public sealed record RehearsedShift(AgentRouting Agent, Instant Begin, Instant End);
