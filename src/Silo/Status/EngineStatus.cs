using Engine.Silo.Client;
using Engine.V1;
using Grpc.Core;
using Grpc.Health.V1;

namespace Engine.Silo.Status;

/// <summary>What a running engine tells of itself, of its cluster to the operator, and of a workspace to its keys.</summary>
/// <param name="Workspace">Null without a workspace's key, or where the API is not served.</param>
/// <param name="Cluster">Null without the operator's key.</param>
internal sealed record EngineStatus(
    string Health,
    ClusterStatus? Cluster,
    IReadOnlyList<ActivationCount> Activations,
    Workspace? Workspace,
    IReadOnlyDictionary<ConversationStatus, int> Conversations,
    bool ConversationsCut,
    IReadOnlyList<Agent> Agents,
    IReadOnlyList<(Consumer Consumer, int Behind, bool Cut)> Consumers)
{
    /// <summary>So many conversations are counted, no more; a count of all would be a walk through the whole shop.</summary>
    public const int ConversationsMax = 10_000;

    /// <summary>So many events are counted for a consumer that lags.</summary>
    public const int BehindMax = 1_000;

    private const int PageSize = 1_000;
    private static readonly TimeSpan CaughtUpAfter = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);

    public static async Task<EngineStatus> ReadAsync(
        EngineClient client, string key, string operatorKey, CancellationToken cancellationToken)
    {
        var options = Options(cancellationToken);
        var health = await new Health.HealthClient(client.Anonymous).CheckAsync(new HealthCheckRequest(), options);
        var (cluster, activations) = operatorKey.Length > 0 ? await ReadClusterAsync(client, operatorKey, cancellationToken) : (null, []);
        var caller = client.As(key);
        var workspace = key.Length > 0 ? await ReadWorkspaceAsync(caller, cluster is not null, options) : null;
        if (workspace is null)
            return new EngineStatus(health.Status.ToString(), cluster, activations, null, new Dictionary<ConversationStatus, int>(), false, [], []);
        var (conversations, cut) = await CountConversationsAsync(caller, cancellationToken);
        return new EngineStatus(
            health.Status.ToString(),
            cluster,
            activations,
            workspace,
            conversations,
            cut,
            await ListAgentsAsync(caller, cancellationToken),
            await ListConsumersAsync(caller, cancellationToken));
    }

    private static async Task<(ClusterStatus?, IReadOnlyList<ActivationCount>)> ReadClusterAsync(
        EngineClient client, string operatorKey, CancellationToken cancellationToken)
    {
        var service = new ClusterService.ClusterServiceClient(client.As(operatorKey));
        try
        {
            var cluster = await service.GetClusterStatusAsync(new GetClusterStatusRequest(), Options(cancellationToken));
            var activations = cluster.Missing.Any(part => part.Field == "members")
                ? []
                : (await service.ListActivationsAsync(new ListActivationsRequest(), Options(cancellationToken))).Activations;
            return (cluster, activations);
        }
        catch (RpcException fault) when (fault.StatusCode is StatusCode.Unauthenticated)
        {
            // A key file of another installation lies here; what else was asked for can still be shown.
            return (null, []);
        }
    }

    private static async Task<Workspace?> ReadWorkspaceAsync(CallInvoker caller, bool mayDoWithout, CallOptions options)
    {
        try
        {
            return await new WorkspaceService.WorkspaceServiceClient(caller).GetWorkspaceAsync(new GetWorkspaceRequest(), options);
        }
        catch (RpcException fault) when (mayDoWithout
            && fault.StatusCode is StatusCode.Unimplemented or StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Unauthenticated)
        {
            // A silo without the API, or a cluster in trouble: then its state is what is of interest.
            return null;
        }
    }

    private static CallOptions Options(CancellationToken cancellationToken) =>
        new(deadline: TimeProvider.System.GetUtcNow().UtcDateTime + CallTimeout, cancellationToken: cancellationToken);

    private static async Task<(IReadOnlyDictionary<ConversationStatus, int> Counts, bool Cut)> CountConversationsAsync(
        CallInvoker caller, CancellationToken cancellationToken)
    {
        var service = new ConversationService.ConversationServiceClient(caller);
        var counts = new Dictionary<ConversationStatus, int>();
        var token = "";
        for (var listed = 0; listed < ConversationsMax; listed += PageSize)
        {
            var page = await service.ListConversationsAsync(
                new ListConversationsRequest { PageSize = PageSize, PageToken = token }, cancellationToken: cancellationToken);
            foreach (var conversation in page.Conversations)
                counts[conversation.Status] = counts.GetValueOrDefault(conversation.Status) + 1;
            token = page.NextPageToken;
            if (token.Length == 0)
                return (counts, false);
        }

        return (counts, true);
    }

    private static async Task<IReadOnlyList<Agent>> ListAgentsAsync(CallInvoker caller, CancellationToken cancellationToken)
    {
        var service = new AgentService.AgentServiceClient(caller);
        var page = await service.ListAgentsAsync(new ListAgentsRequest { PageSize = 50 }, cancellationToken: cancellationToken);
        // The list does not know the inboxes; the agents do.
        return await Task.WhenAll(page.Agents.Select(agent =>
            service.GetAgentAsync(new GetAgentRequest { Name = agent.Name }, cancellationToken: cancellationToken).ResponseAsync));
    }

    private static async Task<IReadOnlyList<(Consumer, int, bool)>> ListConsumersAsync(CallInvoker caller, CancellationToken cancellationToken)
    {
        var service = new EventService.EventServiceClient(caller);
        try
        {
            var list = await service.ListConsumersAsync(new ListConsumersRequest(), cancellationToken: cancellationToken);
            return await Task.WhenAll(list.Consumers.Select(async consumer =>
            {
                var behind = await CountBehindAsync(service, consumer, cancellationToken);
                return (consumer, behind, behind >= BehindMax);
            }));
        }
        catch (RpcException fault) when (fault.StatusCode == StatusCode.PermissionDenied)
        {
            // An agent's key may not see the events.
            return [];
        }
    }

    // Positions are opaque, so how far a consumer is behind is how many events come after its position.
    private static async Task<int> CountBehindAsync(
        EventService.EventServiceClient service, Consumer consumer, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var call = service.WatchEvents(new WatchEventsRequest { AfterPosition = consumer.Position }, cancellationToken: stop.Token);
        var behind = 0;
        try
        {
            while (behind < BehindMax)
            {
                stop.CancelAfter(CaughtUpAfter);
                if (!await call.ResponseStream.MoveNext(stop.Token) || call.ResponseStream.Current.Event is null)
                    break;
                behind++;
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled })
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        return behind;
    }
}
