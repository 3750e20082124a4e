using Engine.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace Engine.LoadTests.Calls;

/// <summary>The engine's services over one channel.</summary>
internal sealed class EngineApi : IDisposable
{
    private static readonly RetryOptions CheckRetries = new() { Attempt = TimeSpan.FromSeconds(60), Call = TimeSpan.FromSeconds(10) };
    private readonly GrpcChannel? _channel;

    public EngineApi(Uri address)
        : this(ApiChannel.Create(address))
    {
    }

    public EngineApi(CallInvoker invoker)
    {
        Agents = new AgentService.AgentServiceClient(invoker);
        Conversations = new ConversationService.ConversationServiceClient(invoker);
        Customers = new CustomerService.CustomerServiceClient(invoker);
        Events = new EventService.EventServiceClient(invoker);
        Inbound = new InboundService.InboundServiceClient(invoker);
        Queues = new QueueService.QueueServiceClient(invoker);
        Sla = new SlaService.SlaServiceClient(invoker);
        Workspaces = new WorkspaceService.WorkspaceServiceClient(invoker);
    }

    private EngineApi(GrpcChannel channel)
        : this(channel.CreateCallInvoker()) => _channel = channel;

    public AgentService.AgentServiceClient Agents { get; }

    public ConversationService.ConversationServiceClient Conversations { get; }

    public CustomerService.CustomerServiceClient Customers { get; }

    public EventService.EventServiceClient Events { get; }

    public InboundService.InboundServiceClient Inbound { get; }

    public QueueService.QueueServiceClient Queues { get; }

    public SlaService.SlaServiceClient Sla { get; }

    public WorkspaceService.WorkspaceServiceClient Workspaces { get; }

    /// <summary>The headers of a call with this key.</summary>
    public static Metadata Authorize(string key) => new() { { "authorization", $"Bearer {key}" } };

    /// <summary>
    /// Finds out at the beginning, and soon, whether there is an engine that takes the key. One that has just begun to listen
    /// gets a moment.
    /// </summary>
    /// <exception cref="RpcException">There is none, or it refuses the key.</exception>
    public async Task CheckAsync(string key, TimeProvider time, CancellationToken cancellationToken)
    {
        var caller = new RetryingCaller(CheckRetries, time);
        await caller.CallAsync(Workspaces.GetWorkspaceAsync, new GetWorkspaceRequest(), Authorize(key), cancellationToken);
    }

    public void Dispose() => _channel?.Dispose();
}
