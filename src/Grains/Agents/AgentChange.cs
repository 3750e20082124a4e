using Engine.V1;
using AgentEvent = Engine.Internal.V1.AgentEvent;

namespace Engine.Grains.Agents;

/// <summary>What one command does to an agent, nothing sealed yet.</summary>
/// <param name="Events">In order.</param>
/// <param name="Profile">The profile after it, when it changes.</param>
public sealed record AgentChange(Author Author, IReadOnlyList<AgentEvent> Events, Agent? Profile = null)
{
    /// <summary>What the engine does by itself.</summary>
    internal static AgentChange BySystem(IReadOnlyList<AgentEvent> events) => new(new Author { Type = AuthorType.System }, events);
}
