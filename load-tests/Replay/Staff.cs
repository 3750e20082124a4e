using System.Globalization;
using Engine.LoadTests.Calls;
using Engine.V1;
using Grpc.Core;

namespace Engine.LoadTests.Replay;

/// <summary>Those who answer in a run: agents with keys of their own, and the program that connects the channels.</summary>
internal sealed class Staff
{
    private readonly List<string> _keyNames = [];

    private Staff()
    {
    }

    public List<StaffAgent> Agents { get; } = [];

    /// <summary>Headers of the program's INTEGRATION key.</summary>
    public Metadata Integration { get; private set; } = [];

    /// <summary>keys/{key}: whom the engine names as author of the program's messages.</summary>
    public string IntegrationName { get; private set; } = "";

    /// <param name="admin">An ADMIN key.</param>
    /// <param name="run">Makes the request ids unique.</param>
    public static async Task<Staff> HireAsync(
        EngineApi api, RetryingCaller caller, string admin, string run, int agents, CancellationToken cancellationToken)
    {
        var headers = EngineApi.Authorize(admin);
        var staff = new Staff();
        var integration = await CreateKeyAsync(
            new Key { DisplayName = $"load-tests {run}", Role = Role.Integration }, $"{run}-integration");
        staff.Integration = EngineApi.Authorize(integration.Secret);
        staff.IntegrationName = integration.Key.Name;
        for (var i = 1; i <= agents; i++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"{run}-agent-{i}");
            var request = new CreateAgentRequest
            {
                RequestId = id,
                AgentId = id,
                // The most there is: who gets which conversation is decided by the replay, not by capacity.
                Agent = new Agent { DisplayName = $"Replay {i}", CapacityUnits = 10_000 },
            };
            var agent = await caller.CallAsync(api.Agents.CreateAgentAsync, request, headers, cancellationToken);
            var key = await CreateKeyAsync(
                new Key { DisplayName = id, Role = Role.Agent, Agent = agent.Name }, $"{id}-key");
            staff.Agents.Add(new StaffAgent(agent.Name, EngineApi.Authorize(key.Secret)));
        }

        return staff;

        async Task<CreateKeyResponse> CreateKeyAsync(Key key, string requestId)
        {
            var request = new CreateKeyRequest { RequestId = requestId, Key = key };
            var created = await caller.CallAsync(api.Workspaces.CreateKeyAsync, request, headers, cancellationToken);
            staff._keyNames.Add(created.Key.Name);
            return created;
        }
    }

    /// <summary>Revokes the keys: a run leaves none behind in an engine that goes on.</summary>
    public async Task DismissAsync(
        EngineApi api, RetryingCaller caller, string admin, string run, CancellationToken cancellationToken)
    {
        var headers = EngineApi.Authorize(admin);
        foreach (var name in _keyNames)
        {
            var request = new RevokeKeyRequest { RequestId = $"{run}-revoke-{name}", Name = name };
            await caller.CallAsync(api.Workspaces.RevokeKeyAsync, request, headers, cancellationToken);
        }
    }
}
