using Engine.V1;
using Grpc.Core.Interceptors;
using Grpc.Health.V1;
using Grpc.Net.Client;

namespace Engine.Silo.Tests.Processes;

/// <summary>The API of a running engine, called with one key.</summary>
public sealed class EngineApi : IDisposable
{
    private readonly GrpcChannel _channel;

    /// <param name="handler">The connection; of its own where none is given.</param>
    public EngineApi(Uri address, string key, SocketsHttpHandler? handler = null)
    {
        // Every test is on its own: a failed connection must not slow down the next attempt.
        _channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            HttpHandler = handler ?? new SocketsHttpHandler { EnableMultipleHttp2Connections = true },
            DisposeHttpClient = true,
        });
        var invoker = _channel.Intercept(headers =>
        {
            headers.Add("authorization", $"Bearer {key}");
            return headers;
        });
        Conversations = new ConversationService.ConversationServiceClient(invoker);
        Customers = new CustomerService.CustomerServiceClient(invoker);
        Agents = new AgentService.AgentServiceClient(invoker);
        Inbound = new InboundService.InboundServiceClient(invoker);
        Events = new EventService.EventServiceClient(invoker);
        Workspaces = new WorkspaceService.WorkspaceServiceClient(invoker);
        Health = new Health.HealthClient(_channel);
    }

    public ConversationService.ConversationServiceClient Conversations { get; }

    public CustomerService.CustomerServiceClient Customers { get; }

    public AgentService.AgentServiceClient Agents { get; }

    public InboundService.InboundServiceClient Inbound { get; }

    public EventService.EventServiceClient Events { get; }

    public WorkspaceService.WorkspaceServiceClient Workspaces { get; }

    public Health.HealthClient Health { get; }

    public static EngineApi Of(EngineProcess engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        return new EngineApi(engine.Address, engine.AdminKey);
    }

    /// <summary>An id for a request that is sent once.</summary>
    public static string NewId() => Guid.NewGuid().ToString();

    /// <summary>All messages and notes of a conversation, oldest first.</summary>
    public async Task<IReadOnlyList<Message>> ReadMessagesAsync(string conversation)
    {
        var messages = new List<Message>();
        var token = "";
        do
        {
            var page = await Conversations.ListMessagesAsync(
                new ListMessagesRequest { Conversation = conversation, PageSize = 500, PageToken = token });
            messages.AddRange(page.Messages);
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        return messages;
    }

    public void Dispose() => _channel.Dispose();
}
