using Engine.Silo.Client;
using Engine.V1;
using Grpc.Core;
using Grpc.Health.V1;

namespace Engine.Silo.Status;

/// <summary>What a running engine tells of itself and of the key's workspace.</summary>
internal sealed record EngineStatus(
    string Health,
    Workspace Workspace,
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

    public static async Task<EngineStatus> ReadAsync(EngineClient client, string key, CancellationToken cancellationToken)
    {
        var options = new CallOptions(
            deadline: TimeProvider.System.GetUtcNow().UtcDateTime + CallTimeout, cancellationToken: cancellationToken);
        var health = await new Health.HealthClient(client.Anonymous).CheckAsync(new HealthCheckRequest(), options);
        var caller = client.As(key);
        var workspace = await new WorkspaceService.WorkspaceServiceClient(caller).GetWorkspaceAsync(new GetWorkspaceRequest(), options);
        var (conversations, cut) = await CountConversationsAsync(caller, cancellationToken);
        return new EngineStatus(
            health.Status.ToString(),
            workspace,
            conversations,
            cut,
            await ListAgentsAsync(caller, cancellationToken),
            await ListConsumersAsync(caller, cancellationToken));
    }

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
