using Engine.Grains.Journal;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf;

namespace Engine.Api.Tests.BadInput;

/// <summary>What the malformed requests meet: a shop at work, another shop, keys of every role.</summary>
public sealed class BadInputWorld : IAsyncLifetime
{
    private readonly EngineServer _server = new();

    internal Clients Admin => _server.Admin;

    internal Clients Integration { get; private set; } = null!;

    internal Clients Reader { get; private set; } = null!;

    /// <summary>With the key of agents/bob.</summary>
    internal Clients Bob { get; private set; } = null!;

    /// <summary>An administrator of another workspace.</summary>
    internal Clients Stranger { get; private set; } = null!;

    internal string RevokedKey { get; private set; } = "";

    internal string AdminKey => _server.AdminKey;

    internal Uri Address => _server.Host.Address;

    internal string Customer { get; } = "customers/ana";

    internal string Open { get; private set; } = "";

    internal string Closed { get; private set; } = "";

    /// <summary>In queues/support, for which nobody works.</summary>
    internal string Waiting { get; private set; } = "";

    /// <summary>A next_page_token of all conversations.</summary>
    internal string PageToken { get; private set; } = "";

    /// <summary>The position of a commit.</summary>
    internal string WritePosition { get; private set; } = "";

    internal Clients With(string? key) => _server.Host.With(key);

    public async Task InitializeAsync()
    {
        await _server.InitializeAsync();
        await Admin.Agents.CreateAgentAsync(new CreateAgentRequest { RequestId = "bob", AgentId = "bob" });
        await Admin.Agents.CreateAgentAsync(new CreateAgentRequest { RequestId = "eve", AgentId = "eve" });
        Integration = await _server.WithRoleAsync(Role.Integration);
        Reader = await _server.WithRoleAsync(Role.ReadOnly);
        Bob = await _server.WithRoleAsync(Role.Agent, "agents/bob");
        var revoked = await Admin.Workspaces.CreateKeyAsync(new CreateKeyRequest { RequestId = "revoked", Key = new Key { Role = Role.Admin } });
        await Admin.Workspaces.RevokeKeyAsync(new RevokeKeyRequest { RequestId = "revoke", Name = revoked.Key.Name });
        RevokedKey = revoked.Secret;
        var other = await Admin.Workspaces.CreateWorkspaceAsync(new CreateWorkspaceRequest { RequestId = "other", WorkspaceId = "other" });
        Stranger = With(other.Secret);

        await Admin.Customers.CreateCustomerAsync(new CreateCustomerRequest
        {
            RequestId = "ana",
            CustomerId = "ana",
            Customer = new Customer { Identities = { new Identity { Channel = "email", Address = "ana@shop.example" } } },
        });
        await Admin.Queues.CreateQueueAsync(new CreateQueueRequest { RequestId = "support", QueueId = "support" });
        await Admin.Agents.CreateAgentAsync(new CreateAgentRequest
        {
            RequestId = "full",
            AgentId = "full",
            Agent = new Agent { Queues = { "queues/support" }, CapacityUnits = 1 },
        });
        Waiting = (await Admin.Conversations.StartConversationAsync(new StartConversationRequest
        {
            RequestId = "waiting", Customer = Customer, Channel = "web", Queue = "queues/support", Content = new Content { Text = "Hello?" },
        })).Conversation.Name;
        Open = await StartAsync("open");
        Closed = await StartAsync("closed");
        var close = Admin.Conversations.CloseConversationAsync(new CloseConversationRequest { RequestId = "close", Name = Closed });
        await close;
        WritePosition = close.GetTrailers().GetValue("engine-position")!;
        await Admin.Conversations.SendMessageAsync(new SendMessageRequest
        {
            RequestId = "sent", Conversation = Open, Content = new Content { Text = "Hello" },
        });
        PageToken = (await Admin.Conversations.ListConversationsAsync(new ListConversationsRequest { PageSize = 1 })).NextPageToken;
        Assert.NotEmpty(PageToken);
        await SlaInputTable.PrepareAsync(this);
        // What a change does by itself afterwards is not the next request's doing.
        await Until.Async(ReadRolloutAsync, rollout => rollout is { Version: > 0, UpTo: "" }, "the policy was rolled out");
    }

    public Task DisposeAsync() => _server.DisposeAsync();

    /// <summary>Everything that a request can change: the journal's end, and what is stored beside it.</summary>
    internal async Task<WorldState> ReadAsync()
    {
        var keys = await Admin.Workspaces.ListKeysAsync(new ListKeysRequest { PageSize = 1_000 });
        var workspaces = await Admin.Workspaces.ListWorkspacesAsync(new ListWorkspacesRequest { PageSize = 1_000 });
        var consumers = await Admin.Events.ListConsumersAsync(new ListConsumersRequest());
        return new WorldState(await _server.Journal.ReadEndAsync(), keys.ToByteString(), workspaces.ToByteString(), consumers.ToByteString());
    }

    private async Task<CatalogRollout?> ReadRolloutAsync()
    {
        var stream = new StreamName(EngineServer.Workspace, "catalog", "catalog");
        var last = (await _server.Journal.ReadStreamBackwardsAsync(stream, long.MaxValue, 1))[0];
        return Commit.Parser.ParseFrom(last.Payload.Span).Catalog.Rollout;
    }

    private async Task<string> StartAsync(string requestId)
    {
        var request = new StartConversationRequest { RequestId = requestId, Customer = Customer, Channel = "web" };
        return (await Admin.Conversations.StartConversationAsync(request)).Conversation.Name;
    }

    internal sealed record WorldState(JournalPosition Journal, ByteString Keys, ByteString Workspaces, ByteString Consumers);
}
