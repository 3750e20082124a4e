using Engine.Api.Errors;
using Engine.Internal.V1;
using Engine.V1;
using Grpc.Core;

namespace Engine.Api.Authentication;

/// <summary>Who calls, as established from the key. Immutable, shared by all calls with the key.</summary>
internal sealed class Principal(Caller caller, bool isFirstWorkspace, ApiKey key)
{
    private static readonly object Place = new();

    /// <summary>What grains are told. Not changed by anybody.</summary>
    public Caller Caller { get; } = caller;

    public string Workspace => Caller.Workspace;

    public Role Role => Caller.Role;

    /// <summary>The id of the agent that the key acts as; empty unless it is an agent's.</summary>
    public string Agent => Caller.Agent;

    /// <summary>Administrators of the first workspace create others.</summary>
    public bool IsFirstWorkspace { get; } = isFirstWorkspace;

    /// <summary>To ask again whether the key is still good.</summary>
    public ApiKey Key { get; } = key;

    /// <summary>Names the key among all: <c>workspace/key</c>.</summary>
    public string Identity { get; } = $"{caller.Workspace}/{caller.Key}";

    public static Principal Of(ServerCallContext context) => (Principal)context.UserState[Place];

    public void Enter(ServerCallContext context) => context.UserState[Place] = this;

    /// <summary>An agent's key acts as its own agent only.</summary>
    /// <param name="agent">The agent named in the request, <c>agents/{agent}</c>.</param>
    /// <exception cref="RejectedException">It is another one.</exception>
    public void RequireOwnAgent(string agent)
    {
        if (Role != Role.Agent || (agent.Length == Agent.Length + "agents/".Length && agent.EndsWith(Agent, StringComparison.Ordinal))) return;
        throw Refuse.Forbidden(Reasons.NotOwnAgent, "An agent's key acts as its own agent only.", ("agent", $"agents/{Agent}"));
    }

    /// <summary>AGENT is for agents' keys, and these may be nothing else. Unspecified is for everybody.</summary>
    /// <exception cref="RejectedException">The key may not speak as that.</exception>
    public void RequireAuthor(AuthorType type)
    {
        if (type == AuthorType.Unspecified || type == AuthorType.Agent == (Role == Role.Agent)) return;
        throw Refuse.Forbidden(
            Reasons.AuthorTypeNotAllowed,
            "The key may not speak as that kind of author.",
            ("author_type", Proto.Name(type)),
            ("role", Proto.Name(Role)),
            ("allowed", Role == Role.Agent ? "AGENT" : "CUSTOMER,BOT"));
    }
}
