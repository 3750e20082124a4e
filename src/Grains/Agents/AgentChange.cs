using Engine.V1;
using AgentEvent = Engine.Internal.V1.AgentEvent;

namespace Engine.Grains.Agents;

/// <summary>What one command does to an agent, nothing sealed yet.</summary>
/// <param name="Profile">The profile after it, when it changes.</param>
public sealed record AgentChange(Author Author, AgentEvent Event, Agent? Profile = null);
