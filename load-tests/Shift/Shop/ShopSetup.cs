using System.Globalization;
using Engine.LoadTests.Calls;
using Engine.LoadTests.Chaos.Traffic;
using Engine.LoadTests.Replay;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Calendar = Engine.V1.Calendar;

namespace Engine.LoadTests.Shift.Shop;

/// <summary>Sets a shop up through the API, as its administrator would.</summary>
internal sealed class ShopSetup(ClusterCaller caller, Metadata admin, string run, CancellationToken cancellationToken)
{
    private const int Concurrency = 16;
    private int _requests;

    /// <summary>Calendar, weights, queues, policies.</summary>
    public async Task ApplyAsync(ShopPlan plan)
    {
        await CallAsync(
            static (api, r, o) => api.Sla.CreateCalendarAsync(r, o),
            new CreateCalendarRequest { RequestId = NextId(), CalendarId = IdOf(plan.Calendar.Name), Calendar = plan.Calendar });
        await SetWeightsAsync(plan.Settings);
        // Steps name other queues, so those must be there first.
        foreach (var queue in plan.Queues)
        {
            var first = queue.Clone();
            first.RelaxSteps.Clear();
            await CreateQueueAsync(first);
        }

        foreach (var queue in plan.Queues.Where(q => q.RelaxSteps.Count > 0))
        {
            await CallAsync(
                static (api, r, o) => api.Queues.UpdateQueueAsync(r, o),
                new UpdateQueueRequest { RequestId = NextId(), Queue = queue, UpdateMask = new FieldMask { Paths = { "relax_steps" } } });
        }

        foreach (var policy in plan.Policies) await CreatePolicyAsync(policy);
    }

    public Task SetWeightsAsync(RoutingSettings settings)
    {
        var mask = new FieldMask
        {
            Paths =
            {
                "asynchronous_units", "live_units", "callback_units", "channel_units", "pending_percent", "snoozed_percent",
                "absence_grace", "live_idle", "disconnect_grace",
            },
        };
        return CallAsync(
            static (api, r, o) => api.Queues.UpdateRoutingSettingsAsync(r, o),
            new UpdateRoutingSettingsRequest { RequestId = NextId(), Settings = settings, UpdateMask = mask });
    }

    public Task CreateQueueAsync(Queue queue) => CallAsync(
        static (api, r, o) => api.Queues.CreateQueueAsync(r, o),
        new CreateQueueRequest { RequestId = NextId(), QueueId = IdOf(queue.Name), Queue = queue });

    public Task CreatePolicyAsync(SlaPolicy policy) => CallAsync(
        static (api, r, o) => api.Sla.CreateSlaPolicyAsync(r, o),
        new CreateSlaPolicyRequest { RequestId = NextId(), SlaPolicyId = IdOf(policy.Name), SlaPolicy = policy });

    public Task CreateCalendarAsync(Calendar calendar) => CallAsync(
        static (api, r, o) => api.Sla.CreateCalendarAsync(r, o),
        new CreateCalendarRequest { RequestId = NextId(), CalendarId = IdOf(calendar.Name), Calendar = calendar });

    /// <summary>Agents, each with a key of their own where wanted.</summary>
    public async Task<IReadOnlyList<StaffAgent>> HireAsync(IReadOnlyList<Agent> agents, bool withKeys)
    {
        var staff = new StaffAgent[agents.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, agents.Count, parallel, async (i, _) =>
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"{run}-agent-{i}");
            var agent = await CallAsync(
                static (api, r, o) => api.Agents.CreateAgentAsync(r, o),
                new CreateAgentRequest { RequestId = id, AgentId = id, Agent = agents[i] });
            var headers = admin;
            if (withKeys)
                headers = await KeyAsync(new Key { DisplayName = id, Role = Role.Agent, Agent = agent.Name }, $"{id}-key");
            staff[i] = new StaffAgent(agent.Name, headers);
        });
        return staff;
    }

    /// <returns>Headers of the key of a program of the shop.</returns>
    public Task<Metadata> ConnectAsync() => KeyAsync(new Key { DisplayName = $"load-tests {run}", Role = Role.Integration }, $"{run}-integration");

    private async Task<Metadata> KeyAsync(Key key, string requestId)
    {
        var created = await CallAsync(
            static (api, r, o) => api.Workspaces.CreateKeyAsync(r, o), new CreateKeyRequest { RequestId = requestId, Key = key });
        return EngineApi.Authorize(created.Secret);
    }

    private Task<TResponse> CallAsync<TRequest, TResponse>(
        Func<EngineApi, TRequest, CallOptions, AsyncUnaryCall<TResponse>> method, TRequest request)
        where TRequest : Google.Protobuf.IMessage =>
        caller.CallAsync(0, method, request, admin, null, cancellationToken);

    private string NextId() => string.Create(CultureInfo.InvariantCulture, $"{run}-set-{Interlocked.Increment(ref _requests)}");

    private static string IdOf(string name) => name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..];
}
