using Engine.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using static Grpc.Core.StatusCode;

namespace Engine.Api.Tests.BadInput;

/// <summary>Requests that clients do send, and what each is answered with.</summary>
internal static class BadInputTable
{
    public static Dictionary<string, (Func<BadInputWorld, Task> Send, Expected Expected)> Rows { get; } = new()
    {
        // Keys
        ["key: none"] = (w => Get(w, w.With(null)), new(Unauthenticated, "KEY_MISSING")),
        ["key: not one"] = (w => Get(w, w.With("secret")), new(Unauthenticated, "KEY_INVALID")),
        ["key: unknown id"] = (w => Get(w, w.With("ek_shop_nobody_secret")), new(Unauthenticated, "KEY_INVALID")),
        ["key: unknown workspace"] = (w => Get(w, w.With("ek_nowhere_k1_secret")), new(Unauthenticated, "KEY_INVALID")),
        ["key: wrong secret"] = (w => Get(w, w.With(w.AdminKey + "x")), new(Unauthenticated, "KEY_INVALID")),
        ["key: of another workspace's name"] = (
            w => Get(w, w.With(w.AdminKey.Replace("ek_shop_", "ek_other_", StringComparison.Ordinal))), new(Unauthenticated, "KEY_INVALID")),
        ["key: revoked"] = (w => Get(w, w.With(w.RevokedKey)), new(Unauthenticated, "KEY_INVALID")),
        ["key: none, to a stream"] = (
            w => Read(w.With(null).Events.WatchEvents(new WatchEventsRequest())), new(Unauthenticated, "KEY_MISSING")),

        // Roles
        ["role: a reader writes"] = (w => Send(w.Reader, Message(w)), new(PermissionDenied, "ROLE_NOT_ALLOWED")),
        ["role: a reader acknowledges"] = (
            w => w.Reader.Events.AcknowledgeEventsAsync(new() { Consumer = "c", Position = "x" }).ResponseAsync, new(PermissionDenied, "ROLE_NOT_ALLOWED")),
        ["role: an integration makes keys"] = (
            w => w.Integration.Workspaces.CreateKeyAsync(new() { RequestId = "r", Key = new Key { Role = Role.Admin } }).ResponseAsync,
            new(PermissionDenied, "ROLE_NOT_ALLOWED")),
        ["role: an integration makes agents"] = (
            w => w.Integration.Agents.CreateAgentAsync(new() { RequestId = "r" }).ResponseAsync, new(PermissionDenied, "ROLE_NOT_ALLOWED")),
        ["role: an agent erases"] = (
            w => w.Bob.Customers.EraseCustomerAsync(new() { RequestId = "r", Name = w.Customer }).ResponseAsync, new(PermissionDenied, "ROLE_NOT_ALLOWED")),
        ["role: an agent receives for a channel"] = (
            w => w.Bob.Inbound.ReceiveMessageAsync(Inbound()).ResponseAsync, new(PermissionDenied, "ROLE_NOT_ALLOWED")),
        ["role: an agent watches all events"] = (
            w => Read(w.Bob.Events.WatchEvents(new WatchEventsRequest())), new(PermissionDenied, "ROLE_NOT_ALLOWED")),
        ["role: an agent speaks as the customer"] = (
            w => Send(w.Bob, Message(w, r => r.AuthorType = AuthorType.Customer)), new(PermissionDenied, "AUTHOR_TYPE_NOT_ALLOWED")),
        ["role: a program speaks as an agent"] = (
            w => Send(w.Integration, Message(w, r => r.AuthorType = AuthorType.Agent)), new(PermissionDenied, "AUTHOR_TYPE_NOT_ALLOWED")),
        ["role: an agent assigns to another"] = (
            w => w.Bob.Conversations.AssignConversationAsync(new() { RequestId = "r", Name = w.Open, Agent = "agents/eve" }).ResponseAsync,
            new(PermissionDenied, "NOT_OWN_AGENT")),
        ["role: an agent sets another's presence"] = (
            w => w.Bob.Agents.SetPresenceAsync(new() { RequestId = "r", Name = "agents/eve", Presence = Presence.Online }).ResponseAsync,
            new(PermissionDenied, "NOT_OWN_AGENT")),
        ["role: an agent watches another's inbox"] = (
            w => Read(w.Bob.Agents.WatchInbox(new WatchInboxRequest { Name = "agents/eve" })), new(PermissionDenied, "NOT_OWN_AGENT")),
        ["role: an administrator of another workspace makes workspaces"] = (
            w => w.Stranger.Workspaces.CreateWorkspaceAsync(new() { RequestId = "r", WorkspaceId = "third" }).ResponseAsync,
            new(PermissionDenied, "NOT_FIRST_WORKSPACE")),

        // Tenants
        ["tenant: another's conversation"] = (w => Get(w, w.Stranger), new(NotFound, "CONVERSATION_NOT_FOUND")),
        ["tenant: a message to another's conversation"] = (w => Send(w.Stranger, Message(w)), new(NotFound, "CONVERSATION_NOT_FOUND")),
        ["tenant: a watch of another's conversation"] = (
            w => Read(w.Stranger.Conversations.WatchConversation(new WatchConversationRequest { Name = w.Open })), new(NotFound, "CONVERSATION_NOT_FOUND")),
        ["tenant: another's customer"] = (
            w => w.Stranger.Customers.GetCustomerAsync(new() { Name = w.Customer }).ResponseAsync, new(NotFound, "CUSTOMER_NOT_FOUND")),
        ["tenant: another's customer by address"] = (
            w => w.Stranger.Customers.LookupCustomerAsync(new() { Identity = new Identity { Channel = "email", Address = "ana@shop.example" } }).ResponseAsync,
            new(NotFound, "CUSTOMER_NOT_FOUND")),
        ["tenant: another's agent"] = (
            w => w.Stranger.Agents.GetAgentAsync(new() { Name = "agents/bob" }).ResponseAsync, new(NotFound, "AGENT_NOT_FOUND")),
        ["tenant: another's workspace"] = (
            w => w.Stranger.Workspaces.GetWorkspaceAsync(new() { Name = "workspaces/shop" }).ResponseAsync, new(NotFound, "WORKSPACE_NOT_FOUND")),
        ["tenant: another's page token"] = (
            w => w.Stranger.Conversations.ListConversationsAsync(new() { PageToken = w.PageToken }).ResponseAsync,
            new(InvalidArgument, "INVALID_PAGE_TOKEN", "page_token")),
        ["tenant: another's position"] = (
            w => w.Stranger.Conversations.ListConversationsAsync(new() { AfterPosition = w.WritePosition }).ResponseAsync,
            new(InvalidArgument, "INVALID_POSITION", "after_position")),

        // What is not there
        ["missing: conversation"] = (
            w => w.Admin.Conversations.GetConversationAsync(new() { Name = "conversations/none" }).ResponseAsync, new(NotFound, "CONVERSATION_NOT_FOUND")),
        ["missing: customer of a new conversation"] = (
            w => w.Admin.Conversations.StartConversationAsync(new() { RequestId = "r1", Customer = "customers/none", Channel = "web" }).ResponseAsync,
            new(NotFound, "CUSTOMER_NOT_FOUND")),
        ["missing: customer of a timeline"] = (
            w => w.Admin.Customers.ListTimelineAsync(new() { Customer = "customers/none" }).ResponseAsync, new(NotFound, "CUSTOMER_NOT_FOUND")),
        ["missing: customer to export"] = (
            w => Read(w.Admin.Customers.ExportCustomer(new ExportCustomerRequest { Name = "customers/none" })), new(NotFound, "CUSTOMER_NOT_FOUND")),
        ["missing: agent to assign to"] = (
            w => w.Admin.Conversations.AssignConversationAsync(new() { RequestId = "r", Name = w.Open, Agent = "agents/none" }).ResponseAsync,
            new(NotFound, "AGENT_NOT_FOUND")),
        ["missing: agent of a key"] = (
            w => w.Admin.Workspaces.CreateKeyAsync(new() { RequestId = "r", Key = new Key { Role = Role.Agent, Agent = "agents/none" } }).ResponseAsync,
            new(NotFound, "AGENT_NOT_FOUND")),
        ["missing: key to revoke"] = (
            w => w.Admin.Workspaces.RevokeKeyAsync(new() { RequestId = "r", Name = "keys/none" }).ResponseAsync, new(NotFound, "KEY_NOT_FOUND")),
        ["missing: consumer to forget"] = (
            w => w.Admin.Events.DeleteConsumerAsync(new() { Name = "none" }).ResponseAsync, new(NotFound, "CONSUMER_NOT_FOUND")),
        ["missing: service whose health is asked"] = (
            w => w.With(null).Health.CheckAsync(new() { Service = "none" }).ResponseAsync, new(NotFound, "SERVICE_NOT_FOUND")),

        // States
        ["state: an answer to a closed conversation"] = (
            w => Send(w.Admin, Message(w, r => r.Conversation = w.Closed)), new(FailedPrecondition, "CONVERSATION_CLOSED")),
        ["state: reopening a closed conversation"] = (
            w => w.Admin.Conversations.ReopenConversationAsync(new() { RequestId = "r", Name = w.Closed }).ResponseAsync,
            new(FailedPrecondition, "CONVERSATION_CLOSED")),
        ["state: releasing what nobody has"] = (
            w => w.Admin.Conversations.ReleaseConversationAsync(new() { RequestId = "r", Name = w.Open }).ResponseAsync,
            new(FailedPrecondition, "NOT_ASSIGNED")),
        ["state: a successor of an open conversation"] = (
            w => w.Admin.Conversations.StartConversationAsync(
                new() { RequestId = "r2", Customer = w.Customer, Channel = "web", Predecessor = w.Open }).ResponseAsync,
            new(FailedPrecondition, "PREDECESSOR_NOT_CLOSED")),
        ["state: a customer who exists"] = (
            w => w.Admin.Customers.CreateCustomerAsync(new() { RequestId = "r", CustomerId = "ana" }).ResponseAsync, new(AlreadyExists, "CUSTOMER_EXISTS")),
        ["state: a workspace that exists"] = (
            w => w.Admin.Workspaces.CreateWorkspaceAsync(new() { RequestId = "r", WorkspaceId = "other" }).ResponseAsync,
            new(AlreadyExists, "WORKSPACE_EXISTS")),
        ["state: an old etag"] = (
            w => w.Admin.Conversations.AssignConversationAsync(
                new() { RequestId = "r", Name = w.Open, Agent = "agents/bob", Etag = "old" }).ResponseAsync,
            new(Aborted, "ETAG_MISMATCH")),
        ["state: a request id with another payload"] = (
            w => Send(w.Admin, Message(w, r => r.RequestId = "sent")), new(InvalidArgument, "REQUEST_ID_REUSED", "request_id")),
        ["state: a snooze until yesterday"] = (
            w => w.Admin.Conversations.SnoozeConversationAsync(
                new() { RequestId = "r", Name = w.Open, UntilTime = new Timestamp { Seconds = 1 } }).ResponseAsync,
            new(InvalidArgument, "INVALID_REQUEST", "until_time")),
        ["state: read further than there is"] = (
            w => w.Admin.Conversations.MarkReadAsync(new() { RequestId = "r", Name = w.Open, ReadVersion = 1_000 }).ResponseAsync,
            new(InvalidArgument, "INVALID_REQUEST", "read_version")),

        // Fields
        ["field: no request id"] = (w => Send(w.Admin, Message(w, r => r.RequestId = "")), Field("request_id")),
        ["field: request id too long"] = (w => Send(w.Admin, Message(w, r => r.RequestId = new string('r', 129))), Field("request_id")),
        ["field: no conversation"] = (w => Send(w.Admin, Message(w, r => r.Conversation = "")), Field("conversation")),
        ["field: conversation of the wrong kind"] = (w => Send(w.Admin, Message(w, r => r.Conversation = "customers/ana")), Field("conversation")),
        ["field: conversation id that leaves its workspace"] = (
            w => Send(w.Admin, Message(w, r => r.Conversation = "conversations/../other/x")), Field("conversation")),
        ["field: no content"] = (w => Send(w.Admin, Message(w, r => r.Content = null)), Field("content")),
        ["field: empty text"] = (w => Send(w.Admin, Message(w, r => r.Content.Text = "")), Field("content.text")),
        ["field: text too long"] = (w => Send(w.Admin, Message(w, r => r.Content.Text = new string('x', 65_537))), Field("content.text")),
        ["field: attachment without URL"] = (
            w => Send(w.Admin, Message(w, r => r.Content.Attachments.Add(
                [new Attachment { Url = "https://a.example" }, new Attachment { Url = "https://b.example" }, new Attachment { MediaType = "image/png" }]))),
            Field("content.attachments[2].url")),
        ["field: rich item without text"] = (
            w => Send(w.Admin, Message(w, r => r.Content = new Content { Location = new Location() })), Field("content.text")),
        ["field: place off the earth"] = (
            w => Send(w.Admin, Message(w, r => r.Content.Location = new Location { Latitude = 91 })), Field("content.location.latitude")),
        ["field: author that does not exist"] = (w => Send(w.Admin, Message(w, r => r.AuthorType = (AuthorType)77)), Field("author_type")),
        ["field: channel in capitals"] = (
            w => w.Admin.Conversations.StartConversationAsync(new() { RequestId = "r3", Customer = w.Customer, Channel = "WEB" }).ResponseAsync,
            Field("channel")),
        ["field: tag in capitals"] = (
            w => w.Admin.Conversations.StartConversationAsync(
                new() { RequestId = "r4", Customer = w.Customer, Channel = "web", Tags = { "ok", "NOT OK" } }).ResponseAsync,
            Field("tags[1]")),
        ["field: customer id that is an address"] = (
            w => w.Admin.Customers.CreateCustomerAsync(new() { RequestId = "r", CustomerId = "ana@shop.example" }).ResponseAsync, Field("customer_id")),
        ["field: address without channel"] = (
            w => w.Admin.Customers.LookupCustomerAsync(new() { Identity = new Identity { Address = "ana@shop.example" } }).ResponseAsync,
            Field("identity.channel")),
        ["field: an address that another customer has"] = (
            w => w.Admin.Customers.CreateCustomerAsync(new()
            {
                RequestId = "r5",
                CustomerId = "bea",
                Customer = new Customer { Identities = { new Identity { Channel = "email", Address = "ANA@shop.example" } } },
            }).ResponseAsync,
            new(AlreadyExists, "IDENTITY_TAKEN", "customer.identities[0]")),
        ["field: inbound without external id"] = (
            w => w.Admin.Inbound.ReceiveMessageAsync(Inbound(r => r.ExternalId = "")).ResponseAsync, Field("external_id")),
        ["field: inbound from a number without digits"] = (
            w => w.Admin.Inbound.ReceiveMessageAsync(Inbound(r => (r.Channel, r.Address) = ("sms", "unknown"))).ResponseAsync, Field("address")),
        ["field: no mask"] = (
            w => w.Admin.Conversations.UpdateConversationAsync(new() { RequestId = "r", Conversation = new Conversation { Name = w.Open } }).ResponseAsync,
            Field("update_mask")),
        ["field: mask of what cannot be changed"] = (
            w => w.Admin.Conversations.UpdateConversationAsync(new()
            {
                RequestId = "r", Conversation = new Conversation { Name = w.Open }, UpdateMask = new FieldMask { Paths = { "subject", "status" } },
            }).ResponseAsync,
            Field("update_mask.paths[1]")),
        ["field: negative page size"] = (
            w => w.Admin.Conversations.ListConversationsAsync(new() { PageSize = -5 }).ResponseAsync, Field("page_size")),
        ["field: page too large"] = (w => w.Admin.Customers.ListCustomersAsync(new() { PageSize = 1_001 }).ResponseAsync, Field("page_size")),
        ["field: filter by no instant"] = (
            w => w.Admin.Conversations.ListConversationsAsync(
                new() { Filter = new ConversationFilter { UpdateTimeFrom = new Timestamp { Seconds = long.MaxValue } } }).ResponseAsync,
            Field("filter.update_time_from")),
        ["field: filter by assignee and nobody"] = (
            w => w.Admin.Conversations.ListConversationsAsync(
                new() { Filter = new ConversationFilter { Assignee = "agents/bob", Unassigned = true } }).ResponseAsync,
            Field("filter.unassigned")),
        ["field: watch from a negative version"] = (
            w => Read(w.Admin.Conversations.WatchConversation(new WatchConversationRequest { Name = w.Open, AfterVersion = -1 })),
            Field("after_version")),
        ["field: presence not given"] = (
            w => w.Admin.Agents.SetPresenceAsync(new() { RequestId = "r", Name = "agents/bob" }).ResponseAsync, Field("presence")),
        ["field: skill above expert"] = (
            w => w.Admin.Agents.CreateAgentAsync(
                new() { RequestId = "r", AgentId = "zoe", Agent = new Agent { Skills = { new Skill { Name = "returns", Level = 11 } } } }).ResponseAsync,
            Field("agent.skills[0].level")),
        ["field: key without role"] = (
            w => w.Admin.Workspaces.CreateKeyAsync(new() { RequestId = "r", Key = new Key() }).ResponseAsync, Field("key.role")),
        ["field: workspace id with underscore"] = (
            w => w.Admin.Workspaces.CreateWorkspaceAsync(new() { RequestId = "r", WorkspaceId = "my_shop" }).ResponseAsync, Field("workspace_id")),
        ["field: conversations that close after a second"] = (
            w => w.Admin.Workspaces.UpdateWorkspaceAsync(new()
            {
                RequestId = "r",
                Workspace = new Workspace { CloseAfter = new Duration { Seconds = 1 } },
                UpdateMask = new FieldMask { Paths = { "close_after" } },
            }).ResponseAsync,
            Field("workspace.close_after")),
        ["field: consumer with a slash"] = (
            w => w.Admin.Events.AcknowledgeEventsAsync(new() { Consumer = "a/b", Position = "x" }).ResponseAsync, Field("consumer")),

        // Tokens
        ["token: page token of garbage"] = (
            w => w.Admin.Conversations.ListConversationsAsync(new() { PageToken = "garbage" }).ResponseAsync,
            new(InvalidArgument, "INVALID_PAGE_TOKEN", "page_token")),
        ["token: page token with another filter"] = (
            w => w.Admin.Conversations.ListConversationsAsync(
                new() { PageToken = w.PageToken, Filter = new ConversationFilter { Channel = "email" } }).ResponseAsync,
            new(InvalidArgument, "INVALID_PAGE_TOKEN", "page_token")),
        ["token: page token of another list"] = (
            w => w.Admin.Customers.ListCustomersAsync(new() { PageToken = w.PageToken }).ResponseAsync,
            new(InvalidArgument, "INVALID_PAGE_TOKEN", "page_token")),
        ["token: position of garbage"] = (
            w => w.Admin.Agents.ListAgentsAsync(new() { AfterPosition = "garbage" }).ResponseAsync,
            new(InvalidArgument, "INVALID_POSITION", "after_position")),
        ["token: events after garbage"] = (
            w => Read(w.Admin.Events.WatchEvents(new WatchEventsRequest { AfterPosition = "garbage" })),
            new(InvalidArgument, "INVALID_POSITION", "after_position")),
        ["token: events after a commit's position"] = (
            w => Read(w.Admin.Events.WatchEvents(new WatchEventsRequest { AfterPosition = w.WritePosition })),
            new(InvalidArgument, "INVALID_POSITION", "after_position")),
        ["token: acknowledging garbage"] = (
            w => w.Admin.Events.AcknowledgeEventsAsync(new() { Consumer = "c", Position = "garbage" }).ResponseAsync,
            new(InvalidArgument, "INVALID_POSITION", "position")),
    };

    private static Expected Field(string path) => new(InvalidArgument, "INVALID_REQUEST", path);

    private static Task<Conversation> Get(BadInputWorld world, Clients clients) =>
        clients.Conversations.GetConversationAsync(new GetConversationRequest { Name = world.Open }).ResponseAsync;

    private static Task<Message> Send(Clients clients, SendMessageRequest request) => clients.Conversations.SendMessageAsync(request).ResponseAsync;

    private static async Task Read<T>(AsyncServerStreamingCall<T> call)
    {
        using (call)
        {
            while (await call.ResponseStream.MoveNext(default))
            {
            }
        }
    }

    private static SendMessageRequest Message(BadInputWorld world, Action<SendMessageRequest>? spoil = null)
    {
        var request = new SendMessageRequest { RequestId = "bad", Conversation = world.Open, Content = new Content { Text = "Is it there?" } };
        spoil?.Invoke(request);
        return request;
    }

    private static ReceiveMessageRequest Inbound(Action<ReceiveMessageRequest>? spoil = null)
    {
        var request = new ReceiveMessageRequest
        {
            Channel = "email", Address = "new@shop.example", ExternalId = "m1", Content = new Content { Text = "Hello" },
        };
        spoil?.Invoke(request);
        return request;
    }
}
