using Engine.Grains.Ids;
using Engine.Internal.V1;
using Engine.V1;

namespace Engine.Grains;

/// <summary>Who acts, as commits record it.</summary>
internal static class Authors
{
    /// <summary>An agent's key is always its agent; any other key is the program that holds it.</summary>
    public static Author Of(Caller caller) => caller.Role == Role.Agent
        ? new Author { Type = AuthorType.Agent, Name = AgentId.Of(caller.Agent).Name }
        : new Author { Type = AuthorType.Bot, Name = $"keys/{caller.Key}" };
}
