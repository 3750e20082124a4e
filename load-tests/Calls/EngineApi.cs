using Engine.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace Engine.LoadTests.Calls;

/// <summary>The engine's services over one channel.</summary>
internal sealed class EngineApi : IDisposable
{
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
        Inbound = new InboundService.InboundServiceClient(invoker);
        Workspaces = new WorkspaceService.WorkspaceServiceClient(invoker);
    }

    private EngineApi(GrpcChannel channel)
        : this(channel.CreateCallInvoker()) => _channel = channel;

    public AgentService.AgentServiceClient Agents { get; }

    public ConversationService.ConversationServiceClient Conversations { get; }

    public CustomerService.CustomerServiceClient Customers { get; }

    public InboundService.InboundServiceClient Inbound { get; }

    public WorkspaceService.WorkspaceServiceClient Workspaces { get; }

    /// <summary>The headers of a call with this key.</summary>
    public static Metadata Authorize(string key) => new() { { "authorization", $"Bearer {key}" } };

    public void Dispose() => _channel?.Dispose();
}
