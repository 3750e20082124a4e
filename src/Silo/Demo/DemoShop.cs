using Engine.Silo.Client;
using Engine.V1;
using Grpc.Core;

namespace Engine.Silo.Demo;

/// <summary>The people and programs of the demo's shop, each calling with a key of its own.</summary>
internal sealed class DemoShop
{
    private static readonly (string Language, string Id, string Name)[] Staff =
    [
        ("en", "maya", "Maya Collins"), ("en", "tom", "Tom Barker"),
        ("pt", "bruna", "Bruna Prado"), ("pt", "luciana", "Luciana Nunes"),
        ("it", "elisa", "Elisa Fontana"), ("it", "marco", "Marco Greco"),
        ("nl", "sanne", "Sanne Visser"), ("nl", "bram", "Bram Mulder"),
        ("id", "dimas", "Dimas Pratama"), ("id", "dewi", "Dewi Anggraini"),
    ];

    private readonly Dictionary<string, IReadOnlyList<DemoAgent>> _agents;

    private DemoShop(CallInvoker program, IReadOnlyList<DemoAgent> agents)
    {
        Program = program;
        Agents = agents;
        _agents = agents.GroupBy(agent => agent.Language)
            .ToDictionary(group => group.Key, IReadOnlyList<DemoAgent> (group) => [.. group]);
    }

    /// <summary>Calls of the shop's own programs: channels and bot.</summary>
    public CallInvoker Program { get; }

    public IReadOnlyList<DemoAgent> Agents { get; }

    /// <summary>Creates the agents and the keys.</summary>
    public static async Task<DemoShop> OpenAsync(EngineClient client, string adminKey, CancellationToken cancellationToken)
    {
        var admin = client.As(adminKey);
        var agentService = new AgentService.AgentServiceClient(admin);
        var workspaceService = new WorkspaceService.WorkspaceServiceClient(admin);

        async Task<CallInvoker> CreateKeyAsync(Key key)
        {
            var request = new CreateKeyRequest { RequestId = Guid.NewGuid().ToString(), Key = key };
            var response = await workspaceService.CreateKeyAsync(request, cancellationToken: cancellationToken);
            return client.As(response.Secret);
        }

        var program = await CreateKeyAsync(new Key { DisplayName = "Shop", Role = Role.Integration });
        var agents = new List<DemoAgent>();
        foreach (var (language, id, name) in Staff)
        {
            var agent = await agentService.CreateAgentAsync(
                new CreateAgentRequest
                {
                    RequestId = Guid.NewGuid().ToString(),
                    AgentId = id,
                    Agent = new Agent { DisplayName = name, Languages = { language }, CapacityUnits = 100 },
                },
                cancellationToken: cancellationToken);
            var invoker = await CreateKeyAsync(new Key { DisplayName = name, Role = Role.Agent, Agent = agent.Name });
            await new AgentService.AgentServiceClient(invoker).SetPresenceAsync(
                new SetPresenceRequest { RequestId = Guid.NewGuid().ToString(), Name = agent.Name, Presence = Presence.Online },
                cancellationToken: cancellationToken);
            agents.Add(new DemoAgent(agent.Name, name, language, invoker));
        }

        return new DemoShop(program, agents);
    }

    /// <summary>Who writes a language; who writes it first takes a conversation, the next one takes over.</summary>
    public IReadOnlyList<DemoAgent> AgentsFor(string language) => _agents.TryGetValue(language, out var agents) ? agents : Agents;
}

/// <summary>An agent, and calls with the agent's own key.</summary>
internal sealed record DemoAgent(string Name, string DisplayName, string Language, CallInvoker Invoker);
