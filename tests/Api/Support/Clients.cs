using Engine.V1;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Reflection.V1;

namespace Engine.Api.Tests;

/// <summary>The generated clients, all with one key.</summary>
internal sealed class Clients
{
    public Clients(GrpcChannel channel, string? key)
    {
        var calls = key is null
            ? channel.CreateCallInvoker()
            : channel.Intercept(metadata =>
            {
                metadata.Add("authorization", $"Bearer {key}");
                return metadata;
            });
        Conversations = new ConversationService.ConversationServiceClient(calls);
        Customers = new CustomerService.CustomerServiceClient(calls);
        Agents = new AgentService.AgentServiceClient(calls);
        Queues = new QueueService.QueueServiceClient(calls);
        Sla = new SlaService.SlaServiceClient(calls);
        Inbound = new InboundService.InboundServiceClient(calls);
        Events = new EventService.EventServiceClient(calls);
        Workspaces = new WorkspaceService.WorkspaceServiceClient(calls);
        Health = new Grpc.Health.V1.Health.HealthClient(calls);
        Reflection = new ServerReflection.ServerReflectionClient(calls);
        Calls = calls;
    }

    public CallInvoker Calls { get; }

    public ConversationService.ConversationServiceClient Conversations { get; }

    public CustomerService.CustomerServiceClient Customers { get; }

    public AgentService.AgentServiceClient Agents { get; }

    public QueueService.QueueServiceClient Queues { get; }

    public SlaService.SlaServiceClient Sla { get; }

    public InboundService.InboundServiceClient Inbound { get; }

    public EventService.EventServiceClient Events { get; }

    public WorkspaceService.WorkspaceServiceClient Workspaces { get; }

    public Grpc.Health.V1.Health.HealthClient Health { get; }

    public ServerReflection.ServerReflectionClient Reflection { get; }
}
