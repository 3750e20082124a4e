using Engine.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Engine.Api.Tests.Edge;

/// <summary>Over the wire, through the edge, to the real grains and their files.</summary>
public sealed class WholeTests(EngineServer server) : IClassFixture<EngineServer>
{
    private readonly string _run = Guid.NewGuid().ToString("n")[..12];

    [Fact]
    public async Task A_customer_writes_the_shop_answers_and_everything_is_there()
    {
        var received = await server.Admin.Inbound.ReceiveMessageAsync(Inbound("m1", "Where is my order?"));
        Assert.True(received.ConversationStarted);
        var again = await server.Admin.Inbound.ReceiveMessageAsync(Inbound("m1", "Where is my order?"));
        Assert.Equal(received, again);

        await CreateAgentAsync($"ana-{_run}");
        var assigned = await server.Admin.Conversations.AssignConversationAsync(new AssignConversationRequest
        {
            RequestId = "assign", Name = received.Conversation, Agent = $"agents/ana-{_run}",
        });
        Assert.Equal($"agents/ana-{_run}", assigned.Assignee);

        var agent = await server.WithRoleAsync(Role.Agent, $"agents/ana-{_run}");
        var answer = agent.Conversations.SendMessageAsync(Send(received.Conversation, "It left yesterday."));
        Assert.Equal(AuthorType.Agent, (await answer).Author.Type);
        // The agent's key wrote it, so the administrator's list does not wait for it by itself.
        var position = answer.GetTrailers().GetValue("engine-position");

        var listed = await server.Admin.Conversations.ListMessagesAsync(new ListMessagesRequest { Conversation = received.Conversation });
        Assert.Equal(["Where is my order?", "It left yesterday."], listed.Messages.Select(m => m.Content.Text));
        var conversation = await server.Admin.Conversations.GetConversationAsync(new GetConversationRequest { Name = received.Conversation });
        Assert.Equal(ConversationStatus.Pending, conversation.Status);

        var customer = await server.Admin.Customers.LookupCustomerAsync(new LookupCustomerRequest
        {
            Identity = new Identity { Channel = "email", Address = $" {_run.ToUpperInvariant()}@Shop.Example" },
        });
        Assert.Equal(received.Customer, customer.Name);
        var timeline = await server.Admin.Customers.ListTimelineAsync(new ListTimelineRequest { Customer = customer.Name, AfterPosition = position });
        Assert.Equal(["It left yesterday.", "Where is my order?"], timeline.Entries.Select(e => e.Message.Content.Text));
    }

    [Fact]
    public async Task A_repeated_request_answers_with_the_same_bytes_however_its_maps_are_ordered()
    {
        var customer = await CreateCustomerAsync();
        StartConversationRequest Request(params string[] keys)
        {
            var request = new StartConversationRequest { RequestId = $"maps-{_run}", Customer = customer, Channel = "web" };
            foreach (var key in keys) request.Attributes[key] = $"value of {key}";
            return request;
        }

        var first = (await server.Admin.Conversations.StartConversationAsync(Request("order", "size", "colour"))).ToByteString();
        Assert.NotEqual(Request("order", "size", "colour").ToByteString(), Request("colour", "order", "size").ToByteString());
        var repeated = await Task.WhenAll(Enumerable.Range(0, 50).Select(async i => (await server.Admin.Conversations.StartConversationAsync(
            i % 2 == 0 ? Request("colour", "order", "size") : Request("size", "colour", "order"))).ToByteString()));
        Assert.All(repeated, bytes => Assert.Equal(first, bytes));

        var other = await Assert.ThrowsAsync<RpcException>(
            async () => await server.Admin.Conversations.StartConversationAsync(Request("order", "size")));
        Assert.Equal(StatusCode.InvalidArgument, other.StatusCode);
    }

    [Fact]
    public async Task Pages_of_messages_and_of_conversations_join_without_gap_or_double()
    {
        var customer = await CreateCustomerAsync();
        var names = new List<string>();
        for (var i = 0; i < 5; i++) names.Add((await StartAsync(customer, $"start-{i}")).Name);
        var listed = new List<string>();
        var request = new ListConversationsRequest { Filter = new ConversationFilter { Customer = customer }, PageSize = 2 };
        do
        {
            var page = await server.Admin.Conversations.ListConversationsAsync(request);
            listed.AddRange(page.Conversations.Select(c => c.Name));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        Assert.Equal(names.AsEnumerable().Reverse(), listed);

        for (var i = 0; i < 7; i++) await server.Admin.Conversations.SendMessageAsync(Send(names[0], $"{i}"));
        foreach (var order in new[] { SortOrder.Ascending, SortOrder.Descending })
        {
            var texts = new List<string>();
            var messages = new ListMessagesRequest { Conversation = names[0], PageSize = 3, Order = order };
            do
            {
                var page = await server.Admin.Conversations.ListMessagesAsync(messages);
                texts.AddRange(page.Messages.Select(m => m.Content.Text));
                messages.PageToken = page.NextPageToken;
            }
            while (messages.PageToken.Length > 0);
            var expected = Enumerable.Range(0, 7).Select(i => $"{i}");
            Assert.Equal(order == SortOrder.Ascending ? expected : expected.Reverse(), texts);
        }
    }

    [Fact]
    public async Task A_watch_replays_then_follows_and_ends_with_the_conversation()
    {
        var conversation = await StartAsync(await CreateCustomerAsync(), "start");
        await server.Admin.Conversations.SendMessageAsync(Send(conversation.Name, "one"));
        using var watch = server.Admin.Conversations.WatchConversation(new WatchConversationRequest { Name = conversation.Name });
        var versions = new List<long>();
        for (var i = 0; i < 2; i++)
        {
            Assert.True(await watch.ResponseStream.MoveNext(default).WaitAsync(Until.Deadline));
            versions.Add(watch.ResponseStream.Current.Version);
        }

        await server.Admin.Conversations.SendMessageAsync(Send(conversation.Name, "two"));
        await server.Admin.Conversations.CloseConversationAsync(new CloseConversationRequest { RequestId = "close", Name = conversation.Name });
        while (await watch.ResponseStream.MoveNext(default).WaitAsync(Until.Deadline)) versions.Add(watch.ResponseStream.Current.Version);
        Assert.Equal([1L, 2, 3, 4], versions);
    }

    [Fact]
    public async Task A_customers_message_to_a_closed_conversation_goes_to_its_successor()
    {
        var conversation = await StartAsync(await CreateCustomerAsync(), "start");
        await server.Admin.Conversations.CloseConversationAsync(new CloseConversationRequest { RequestId = "close", Name = conversation.Name });
        var request = Send(conversation.Name, "One more thing");
        request.AuthorType = AuthorType.Customer;
        var message = await server.Admin.Conversations.SendMessageAsync(request);
        Assert.False(message.Name.StartsWith(conversation.Name, StringComparison.Ordinal));
        var successor = await server.Admin.Conversations.GetConversationAsync(
            new GetConversationRequest { Name = message.Name[..message.Name.LastIndexOf("/messages/", StringComparison.Ordinal)] });
        Assert.Equal(conversation.Name, successor.Predecessor);
        Assert.Equal(message, await server.Admin.Conversations.SendMessageAsync(request));
    }

    [Fact]
    public async Task Who_writes_again_after_having_been_erased_is_a_new_customer()
    {
        var first = await server.Admin.Inbound.ReceiveMessageAsync(Inbound("m1", "Hello"));
        await server.Admin.Customers.EraseCustomerAsync(new EraseCustomerRequest { RequestId = "erase", Name = first.Customer });
        var gone = await Assert.ThrowsAsync<RpcException>(
            () => server.Admin.Customers.GetCustomerAsync(new GetCustomerRequest { Name = first.Customer }).ResponseAsync);
        Assert.Equal((StatusCode.NotFound, "CUSTOMER_NOT_FOUND"), (gone.StatusCode, Details.Of(gone).Info.Reason));

        var second = await server.Admin.Inbound.ReceiveMessageAsync(Inbound("m2", "Hello again"));
        Assert.NotEqual(first.Customer, second.Customer);
        Assert.True(second.ConversationStarted);
    }

    [Fact]
    public async Task An_export_holds_the_customer_the_conversations_and_their_messages()
    {
        var customer = await CreateCustomerAsync();
        var first = await StartAsync(customer, "first");
        await server.Admin.Conversations.SendMessageAsync(Send(first.Name, "one"));
        var second = await StartAsync(customer, "second");
        await server.Admin.Conversations.SendMessageAsync(Send(second.Name, "two"));
        using var export = server.Admin.Customers.ExportCustomer(new ExportCustomerRequest { Name = customer });
        var items = new List<string>();
        await foreach (var item in export.ResponseStream.ReadAllAsync())
        {
            items.Add(item.ItemCase switch
            {
                ExportCustomerResponse.ItemOneofCase.Customer => item.Customer.Name,
                ExportCustomerResponse.ItemOneofCase.Conversation => item.Conversation.Name,
                _ => item.Message.Content.Text,
            });
        }

        Assert.Equal([customer, first.Name, "one", second.Name, "two"], items);
    }

    [Fact]
    public async Task Events_come_in_order_and_go_on_after_what_a_consumer_acknowledged()
    {
        var consumer = $"c-{_run}";
        using var now = server.Admin.Events.WatchEvents(new WatchEventsRequest { FromNow = true });
        Assert.True(await now.ResponseStream.MoveNext(default).WaitAsync(Until.Deadline));
        await server.Admin.Events.AcknowledgeEventsAsync(
            new AcknowledgeEventsRequest { Consumer = consumer, Position = now.ResponseStream.Current.Position });

        var conversation = await StartAsync(await CreateCustomerAsync(), "start");
        for (var i = 0; i < 3; i++) await server.Admin.Conversations.SendMessageAsync(Send(conversation.Name, $"{i}"));

        var (versions, position) = await ReadEventsAsync(new WatchEventsRequest { Consumer = consumer }, conversation.Name, until: 2);
        Assert.Equal([1L, 2], versions);
        await server.Admin.Events.AcknowledgeEventsAsync(new AcknowledgeEventsRequest { Consumer = consumer, Position = position });
        (versions, _) = await ReadEventsAsync(new WatchEventsRequest { Consumer = consumer }, conversation.Name, until: 4);
        Assert.Equal([3L, 4], versions);

        var consumers = await server.Admin.Events.ListConsumersAsync(new ListConsumersRequest());
        Assert.Equal(position, consumers.Consumers.Single(c => c.Name == consumer).Position);
        await server.Admin.Events.DeleteConsumerAsync(new DeleteConsumerRequest { Name = consumer });
    }

    [Fact]
    public async Task An_inbox_shows_what_is_assigned_and_what_leaves()
    {
        var name = $"agents/ana-{_run}";
        await CreateAgentAsync($"ana-{_run}");
        var agent = await server.WithRoleAsync(Role.Agent, name);
        using var watch = agent.Agents.WatchInbox(new WatchInboxRequest { Name = name });
        Assert.True(await watch.ResponseStream.MoveNext(default).WaitAsync(Until.Deadline));
        Assert.True(watch.ResponseStream.Current.Reset);

        var conversation = await StartAsync(await CreateCustomerAsync(), "start");
        await server.Admin.Conversations.AssignConversationAsync(
            new AssignConversationRequest { RequestId = "a", Name = conversation.Name, Agent = name });
        Assert.True(await watch.ResponseStream.MoveNext(default).WaitAsync(Until.Deadline));
        Assert.Equal(conversation.Name, Assert.Single(watch.ResponseStream.Current.Entries).Conversation);

        await agent.Conversations.ReleaseConversationAsync(new ReleaseConversationRequest { RequestId = "r", Name = conversation.Name });
        Assert.True(await watch.ResponseStream.MoveNext(default).WaitAsync(Until.Deadline));
        Assert.Equal(conversation.Name, Assert.Single(watch.ResponseStream.Current.Removed));
    }

    [Fact]
    public async Task A_revoked_key_ends_within_five_seconds()
    {
        var created = await server.Admin.Workspaces.CreateKeyAsync(
            new CreateKeyRequest { RequestId = $"key-{_run}", Key = new Key { Role = Role.ReadOnly } });
        var clients = server.Host.With(created.Secret);
        await clients.Workspaces.GetWorkspaceAsync(new GetWorkspaceRequest());
        await server.Admin.Workspaces.RevokeKeyAsync(new RevokeKeyRequest { RequestId = $"revoke-{_run}", Name = created.Key.Name });
        var error = await Assert.ThrowsAsync<RpcException>(() => clients.Workspaces.GetWorkspaceAsync(new GetWorkspaceRequest()).ResponseAsync);
        Assert.Equal((StatusCode.Unauthenticated, "KEY_INVALID"), (error.StatusCode, Details.Of(error).Info.Reason));
    }

    [Fact]
    public async Task Workspaces_are_created_and_listed_by_the_first_one_only()
    {
        var created = await server.Admin.Workspaces.CreateWorkspaceAsync(
            new CreateWorkspaceRequest { RequestId = _run, WorkspaceId = $"w-{_run}" });
        Assert.Equal(created, await server.Admin.Workspaces.CreateWorkspaceAsync(
            new CreateWorkspaceRequest { RequestId = _run, WorkspaceId = $"w-{_run}" }));
        var all = await server.Admin.Workspaces.ListWorkspacesAsync(new ListWorkspacesRequest { PageSize = 1_000 });
        Assert.Contains(all.Workspaces, w => w.Name == $"workspaces/w-{_run}");
        Assert.Equal(all.Workspaces.Count, all.Workspaces.Select(w => w.Name).Distinct().Count());

        var other = server.Host.With(created.Secret);
        var own = await other.Workspaces.ListWorkspacesAsync(new ListWorkspacesRequest());
        Assert.Equal($"workspaces/w-{_run}", Assert.Single(own.Workspaces).Name);
    }

    [Fact]
    public async Task A_resolved_conversation_closes_when_its_workspace_says()
    {
        await server.Admin.Workspaces.UpdateWorkspaceAsync(new UpdateWorkspaceRequest
        {
            RequestId = _run,
            Workspace = new Workspace { CloseAfter = Duration.FromTimeSpan(TimeSpan.FromHours(2)) },
            UpdateMask = FieldMask.FromString("close_after"),
        });
        var conversation = await StartAsync(await CreateCustomerAsync(), "start");
        var resolved = await server.Admin.Conversations.ResolveConversationAsync(
            new ResolveConversationRequest { RequestId = "resolve", Name = conversation.Name });
        Assert.InRange((resolved.CloseTime - resolved.UpdateTime).ToTimeSpan(), TimeSpan.FromMinutes(119), TimeSpan.FromMinutes(121));
    }

    private async Task<(List<long> Versions, string Position)> ReadEventsAsync(WatchEventsRequest request, string resource, long until)
    {
        using var stream = server.Admin.Events.WatchEvents(request);
        var versions = new List<long>();
        while (true)
        {
            Assert.True(await stream.ResponseStream.MoveNext(default).WaitAsync(Until.Deadline));
            var current = stream.ResponseStream.Current;
            if (current.Event?.Resource != resource) continue;
            versions.Add(current.Event.Version);
            if (current.Event.Version == until) return (versions, current.Position);
        }
    }

    private async Task<string> CreateCustomerAsync() =>
        (await server.Admin.Customers.CreateCustomerAsync(new CreateCustomerRequest { RequestId = $"{_run}-customer" })).Name;

    private async Task<Conversation> StartAsync(string customer, string requestId) =>
        (await server.Admin.Conversations.StartConversationAsync(new StartConversationRequest
        {
            RequestId = $"{_run}-{requestId}", Customer = customer, Channel = "web",
        })).Conversation;

    private async Task CreateAgentAsync(string id) =>
        await server.Admin.Agents.CreateAgentAsync(new CreateAgentRequest { RequestId = id, AgentId = id });

    private ReceiveMessageRequest Inbound(string externalId, string text) => new()
    {
        Channel = "email", Address = $"{_run}@shop.example", ExternalId = externalId, Content = new Content { Text = text },
    };

    private static SendMessageRequest Send(string conversation, string text) => new()
    {
        RequestId = $"send-{text}", Conversation = conversation, Content = new Content { Text = text },
    };
}
