namespace Engine.Grains.Views;

/// <summary>An agent as queues start from.</summary>
/// <param name="Id">The agent's id.</param>
/// <param name="Version">The agent's version of which this row is; routing names its own, which may be older.</param>
/// <param name="Routing">
/// The internal <c>AgentRouting</c> message as of the last change of profile or presence, load not followed. Null: not
/// known, ask the agent.
/// </param>
public sealed record AgentRoutingRow(string Id, long Version, ReadOnlyMemory<byte>? Routing);
