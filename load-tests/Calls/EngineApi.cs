using Engine.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace Engine.LoadTests.Calls;

/// <summary>The engine's services over one channel.</summary>
internal sealed class EngineApi : IDisposable
{
    private readonly GrpcChannel _channel;

    public EngineApi(Uri address)
    {
        _channel = ApiChannel.Create(address);
        Agents = new AgentService.AgentServiceClient(_channel);
        Conversations = new ConversationService.ConversationServiceClient(_channel);
        Customers = new CustomerService.CustomerServiceClient(_channel);
        Inbound = new InboundService.InboundServiceClient(_channel);
        Workspaces = new WorkspaceService.WorkspaceServiceClient(_channel);
    }

    public AgentService.AgentServiceClient Agents { get; }

    public ConversationService.ConversationServiceClient Conversations { get; }

    public CustomerService.CustomerServiceClient Customers { get; }

    public InboundService.InboundServiceClient Inbound { get; }

    public WorkspaceService.WorkspaceServiceClient Workspaces { get; }

    /// <summary>The headers of a call with this key.</summary>
    public static Metadata Authorize(string key) => new() { { "authorization", $"Bearer {key}" } };

    public void Dispose() => _channel.Dispose();
}
