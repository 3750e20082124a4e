using System.Collections.Immutable;
using Engine.Internal.V1;

namespace Engine.Grains.Routing.Rehearsing;

/// <summary>An agent as they are now, and when they were there.</summary>
public sealed record PastAgent(AgentRouting Routing, ImmutableArray<PastShift> Shifts);
