using Engine.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Engine.Api.Tests.Validation;

public sealed class RequestRulesTests
{
    private static readonly Dictionary<string, (IMessage Request, string[] Faults)> Cases = new()
    {
        ["start: nothing given"] = (
            new StartConversationRequest(), ["request_id REQUIRED", "customer REQUIRED", "channel REQUIRED"]),
        ["start: well"] = (Start(), []),
        ["start: request id at the limit"] = (Start(r => r.RequestId = new string('x', 128)), []),
        ["start: request id too long"] = (Start(r => r.RequestId = new string('x', 129)), ["request_id TOO_LONG"]),
        ["start: request id of broken bytes"] = (Start(r => r.RequestId = "a\uFFFDb"), ["request_id INVALID_FORMAT"]),
        ["start: customer is no name"] = (Start(r => r.Customer = "ana"), ["customer INVALID_FORMAT"]),
        ["start: customer of another kind"] = (Start(r => r.Customer = "agents/ana"), ["customer INVALID_FORMAT"]),
        ["start: customer id with path"] = (Start(r => r.Customer = "customers/ana/x"), ["customer INVALID_FORMAT"]),
        ["start: customer id too long"] = (Start(r => r.Customer = "customers/" + new string('a', 64)), ["customer INVALID_FORMAT"]),
        ["start: channel in capitals"] = (Start(r => r.Channel = "Email"), ["channel INVALID_FORMAT"]),
        ["start: channel begins with a digit"] = (Start(r => r.Channel = "1mail"), ["channel INVALID_FORMAT"]),
        ["start: channel too long"] = (Start(r => r.Channel = new string('a', 33)), ["channel INVALID_FORMAT"]),
        ["start: subject at the limit"] = (Start(r => r.Subject = new string('s', 998)), []),
        ["start: subject too long"] = (Start(r => r.Subject = new string('s', 999)), ["subject TOO_LONG"]),
        ["start: priority unknown"] = (Start(r => r.Priority = (Priority)9), ["priority OUT_OF_RANGE"]),
        ["start: tags"] = (Start(r => r.Tags.Add(["vip", "order:42", "a.b_c-d"])), []),
        ["start: tag in capitals"] = (Start(r => r.Tags.Add(["vip", "VIP"])), ["tags[1] INVALID_FORMAT"]),
        ["start: tag empty"] = (Start(r => r.Tags.Add("")), ["tags[0] REQUIRED"]),
        ["start: tag too long"] = (Start(r => r.Tags.Add(new string('t', 65))), ["tags[0] INVALID_FORMAT"]),
        ["start: too many tags"] = (Start(r => r.Tags.Add(Enumerable.Range(0, 51).Select(i => $"t{i}"))), ["tags TOO_MANY"]),
        ["start: attribute value too long"] = (Start(r => r.Attributes["size"] = new string('x', 4_097)), ["attributes.size TOO_LONG"]),
        ["start: attribute key empty"] = (Start(r => r.Attributes[""] = "x"), ["attributes REQUIRED"]),
        ["start: attribute key odd and long"] = (
            Start(r => r.Attributes[new string('k', 60) + "\n\"secret"] = "x"), [$"attributes.{new string('k', 60)}??se TOO_LONG"]),
        ["start: too many attributes"] = (
            Start(r => r.Attributes.Add(Enumerable.Range(0, 65).ToDictionary(i => $"k{i}", _ => "v"))), ["attributes TOO_MANY"]),
        ["start: language"] = (Start(r => r.Language = "pt-BR"), []),
        ["start: no language"] = (Start(r => r.Language = "pt_BR"), ["language INVALID_FORMAT"]),
        ["start: author is the system"] = (Start(r => r.AuthorType = AuthorType.System), ["author_type NOT_ALLOWED"]),
        ["start: author unknown"] = (Start(r => r.AuthorType = (AuthorType)9), ["author_type OUT_OF_RANGE"]),
        ["start: predecessor is no name"] = (Start(r => r.Predecessor = "c1"), ["predecessor INVALID_FORMAT"]),
        ["start: several faults at once"] = (
            Start(r =>
            {
                r.RequestId = "";
                r.Channel = "!";
                r.Content = new Content { Attachments = { new Attachment { Url = "x" } } };
            }),
            ["request_id REQUIRED", "channel INVALID_FORMAT", "content.attachments[0].url INVALID_FORMAT"]),

        ["list: well"] = (new ListConversationsRequest(), []),
        ["list: page too large"] = (new ListConversationsRequest { PageSize = 1_001 }, ["page_size OUT_OF_RANGE"]),
        ["list: page negative"] = (new ListConversationsRequest { PageSize = -1 }, ["page_size OUT_OF_RANGE"]),
        ["list: assignee and unassigned"] = (
            new ListConversationsRequest { Filter = new ConversationFilter { Assignee = "agents/a", Unassigned = true } },
            ["filter.unassigned NOT_ALLOWED"]),
        ["list: status unspecified"] = (
            new ListConversationsRequest { Filter = new ConversationFilter { Statuses = { ConversationStatus.Open, ConversationStatus.Unspecified } } },
            ["filter.statuses[1] REQUIRED"]),
        ["list: status unknown"] = (
            new ListConversationsRequest { Filter = new ConversationFilter { Statuses = { (ConversationStatus)42 } } },
            ["filter.statuses[0] OUT_OF_RANGE"]),
        ["list: no instants"] = (
            new ListConversationsRequest
            {
                Filter = new ConversationFilter
                {
                    UpdateTimeFrom = new Timestamp { Seconds = 253_402_300_800 },
                    UpdateTimeTo = new Timestamp { Nanos = 1_000_000_000 },
                },
            },
            ["filter.update_time_from OUT_OF_RANGE", "filter.update_time_to OUT_OF_RANGE"]),

        ["send: no content"] = (
            new SendMessageRequest { RequestId = "r", Conversation = "conversations/c" }, ["content REQUIRED"]),
        ["send: a customer's acknowledgement"] = (
            new SendMessageRequest
            {
                RequestId = "r", Conversation = "conversations/c", Content = new Content { Text = "x" }, AuthorType = AuthorType.Customer, KeepsStatus = true,
            },
            ["keeps_status NOT_ALLOWED"]),
        ["note: mentions"] = (
            new AddNoteRequest { RequestId = "r", Conversation = "conversations/c", Content = new Content { Text = "x" }, Mentions = { "agents/a", "b" } },
            ["mentions[1] INVALID_FORMAT"]),
        ["note: too many mentions"] = (
            new AddNoteRequest
            {
                RequestId = "r", Conversation = "conversations/c", Content = new Content { Text = "x" }, Mentions = { Enumerable.Repeat("agents/a", 21) },
            },
            ["mentions TOO_MANY"]),
        ["messages: order unknown"] = (
            new ListMessagesRequest { Conversation = "conversations/c", Order = (SortOrder)3 }, ["order OUT_OF_RANGE"]),
        ["transfer: note too long"] = (
            new TransferConversationRequest { RequestId = "r", Name = "conversations/c", Agent = "agents/a", Note = new string('n', 65_537) },
            ["note TOO_LONG"]),
        ["snooze: until when"] = (new SnoozeConversationRequest { RequestId = "r", Name = "conversations/c" }, ["until_time REQUIRED"]),
        ["snooze: in the past, for the conversation to judge"] = (
            new SnoozeConversationRequest { RequestId = "r", Name = "conversations/c", UntilTime = new Timestamp { Seconds = 1 } }, []),
        ["update: no mask"] = (
            new UpdateConversationRequest { RequestId = "r", Conversation = new Conversation { Name = "conversations/c" } }, ["update_mask REQUIRED"]),
        ["update: no conversation"] = (
            new UpdateConversationRequest { RequestId = "r", UpdateMask = FieldMask.FromString("subject") }, ["conversation REQUIRED"]),
        ["update: status is not to be updated"] = (Update("status"), ["update_mask.paths[0] UNKNOWN_PATH"]),
        ["update: asterisk"] = (Update("*"), ["update_mask.paths[0] UNKNOWN_PATH"]),
        ["update: one attribute"] = (Update("attributes.size"), []),
        ["update: attribute without key"] = (Update("attributes."), ["update_mask.paths[0] REQUIRED"]),
        ["update: what the mask does not name is not checked"] = (
            Update("priority", c => c.Subject = new string('s', 2_000)), []),
        ["update: what the mask names is checked"] = (
            Update("subject", c => c.Subject = new string('s', 2_000)), ["conversation.subject TOO_LONG"]),
        ["read: version zero"] = (new MarkReadRequest { RequestId = "r", Name = "conversations/c" }, ["read_version OUT_OF_RANGE"]),
        ["watch: version negative"] = (
            new WatchConversationRequest { Name = "conversations/c", AfterVersion = -1 }, ["after_version OUT_OF_RANGE"]),

        ["customer: well"] = (Customer(_ => { }), []),
        ["customer: id with capitals"] = (
            new CreateCustomerRequest { RequestId = "r", CustomerId = "Ana" }, ["customer_id INVALID_FORMAT"]),
        ["customer: id is an address"] = (
            new CreateCustomerRequest { RequestId = "r", CustomerId = "ana@shop.example" }, ["customer_id INVALID_FORMAT"]),
        ["customer: identity without channel"] = (
            Customer(c => c.Identities.Add(new Identity { Address = "a@b.example" })), ["customer.identities[0].channel REQUIRED"]),
        ["customer: telephone number without digits"] = (
            Customer(c => c.Identities.Add(new Identity { Channel = "sms", Address = "call me" })), ["customer.identities[0].address INVALID_FORMAT"]),
        ["customer: one address in two spellings"] = (
            Customer(c => c.Identities.Add(
            [
                new Identity { Channel = "email", Address = "Ana@Shop.example " }, new Identity { Channel = "email", Address = "ana@shop.example" },
            ])),
            ["customer.identities[1].address DUPLICATE"]),
        ["customer: address too long"] = (
            Customer(c => c.Identities.Add(new Identity { Channel = "email", Address = new string('a', 513) })),
            ["customer.identities[0].address TOO_LONG"]),
        ["customer: order without id"] = (
            Customer(c => c.Orders.Add([new Order { OrderId = "1" }, new Order()])), ["customer.orders[1].order_id REQUIRED"]),
        ["customer: consent to nothing"] = (
            Customer(c => c.Consents.Add(new Consent { Purpose = "Marketing!" })), ["customer.consents[0].purpose INVALID_FORMAT"]),
        ["customer: update of the name"] = (
            new UpdateCustomerRequest { RequestId = "r", Customer = new Customer { Name = "customers/a" }, UpdateMask = FieldMask.FromString("name") },
            ["update_mask.paths[0] UNKNOWN_PATH"]),
        ["lookup: nobody"] = (new LookupCustomerRequest(), ["identity REQUIRED"]),
        ["receive: nothing given"] = (
            new ReceiveMessageRequest(), ["channel REQUIRED", "address REQUIRED", "external_id REQUIRED", "content REQUIRED"]),
        ["receive: external id too long"] = (Receive(r => r.ExternalId = new string('e', 513)), ["external_id TOO_LONG"]),
        ["receive: without request id"] = (Receive(_ => { }), []),

        ["agent: skill level"] = (
            new CreateAgentRequest { RequestId = "r", Agent = new Agent { Skills = { new Skill { Name = "returns", Level = 11 } } } },
            ["agent.skills[0].level OUT_OF_RANGE"]),
        ["agent: skill twice"] = (
            new CreateAgentRequest
            {
                RequestId = "r", Agent = new Agent { Skills = { new Skill { Name = "returns", Level = 1 }, new Skill { Name = "returns", Level = 2 } } },
            },
            ["agent.skills[1].name DUPLICATE"]),
        ["agent: language"] = (
            new CreateAgentRequest { RequestId = "r", Agent = new Agent { Languages = { "id", "x" } } }, ["agent.languages[1] INVALID_FORMAT"]),
        ["agent: capacity"] = (
            new CreateAgentRequest { RequestId = "r", Agent = new Agent { CapacityUnits = 10_001 } }, ["agent.capacity_units OUT_OF_RANGE"]),
        ["agent: presence is not in the profile"] = (
            new UpdateAgentRequest { RequestId = "r", Agent = new Agent { Name = "agents/a" }, UpdateMask = FieldMask.FromString("presence") },
            ["update_mask.paths[0] UNKNOWN_PATH"]),
        ["presence: unspecified"] = (new SetPresenceRequest { RequestId = "r", Name = "agents/a" }, ["presence REQUIRED"]),

        ["events: consumer with a space"] = (new WatchEventsRequest { Consumer = "my consumer" }, ["consumer INVALID_FORMAT"]),
        ["workspace: id too short"] = (new CreateWorkspaceRequest { RequestId = "r", WorkspaceId = "ab" }, ["workspace_id INVALID_FORMAT"]),
        ["workspace: id with underscore"] = (new CreateWorkspaceRequest { RequestId = "r", WorkspaceId = "a_b" }, ["workspace_id INVALID_FORMAT"]),
        ["workspace: closes at once"] = (
            new CreateWorkspaceRequest { RequestId = "r", WorkspaceId = "abc", Workspace = new Workspace { CloseAfter = new Duration { Seconds = 59 } } },
            ["workspace.close_after OUT_OF_RANGE"]),
        ["workspace: closes never"] = (
            new CreateWorkspaceRequest { RequestId = "r", WorkspaceId = "abc", Workspace = new Workspace { CloseAfter = new Duration { Seconds = long.MaxValue } } },
            ["workspace.close_after OUT_OF_RANGE"]),
        ["workspace: a duration of mixed signs"] = (
            new CreateWorkspaceRequest { RequestId = "r", WorkspaceId = "abc", Workspace = new Workspace { CloseAfter = new Duration { Seconds = 90, Nanos = -1 } } },
            ["workspace.close_after OUT_OF_RANGE"]),
        ["key: no role"] = (new CreateKeyRequest { RequestId = "r", Key = new Key() }, ["key.role REQUIRED"]),
        ["key: an agent's, without agent"] = (new CreateKeyRequest { RequestId = "r", Key = new Key { Role = Role.Agent } }, ["key.agent REQUIRED"]),
        ["key: an administrator's, with agent"] = (
            new CreateKeyRequest { RequestId = "r", Key = new Key { Role = Role.Admin, Agent = "agents/a" } }, ["key.agent NOT_ALLOWED"]),
        ["key: of no name"] = (new RevokeKeyRequest { RequestId = "r", Name = "key" }, ["name INVALID_FORMAT"]),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Request_is_checked(string name)
    {
        var (request, faults) = Cases[name];
        Assert.Equal(faults, Rules.Faults(request));
    }

    [Fact]
    public void Many_faults_are_counted_but_not_all_are_reported()
    {
        var refusal = Rules.Refusal(Start(r => r.Tags.Add(Enumerable.Repeat("BAD", 40))));
        Assert.Equal(20, refusal!.Fields.Count);
        Assert.Equal("40", refusal.Metadata["faults"]);
        Assert.Equal("tags[0]", refusal.Metadata["field"]);
    }

    [Fact]
    public void A_fault_names_the_limit_and_not_the_text()
    {
        var refusal = Rules.Refusal(Start(r => r.Subject = new string('q', 1_200)));
        Assert.Equal("INVALID_REQUEST", refusal!.Reason);
        Assert.Equal("998", refusal.Metadata["maximum"]);
        Assert.Equal("at most 998 bytes, has 1200", refusal.Fields[0].Text);
        Assert.DoesNotContain("qqq", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_that_is_well_costs_no_allocation()
    {
        var request = new SendMessageRequest
        {
            RequestId = "6b0b2f0e", Conversation = "conversations/c", Content = new Content { Text = "Where is my order?" },
        };
        Engine.Api.Validation.ConversationRules.Check(request);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++) Engine.Api.Validation.ConversationRules.Check(request);
        var perCall = (GC.GetAllocatedBytesForCurrentThread() - before) / 1_000;
        // Parsing the name makes two short strings; nothing else is made.
        Assert.InRange(perCall, 0, 96);
    }

    private static StartConversationRequest Start(Action<StartConversationRequest>? change = null)
    {
        var request = new StartConversationRequest { RequestId = "r", Customer = "customers/ana", Channel = "email" };
        change?.Invoke(request);
        return request;
    }

    private static UpdateConversationRequest Update(string path, Action<Conversation>? change = null)
    {
        var request = new UpdateConversationRequest
        {
            RequestId = "r", Conversation = new Conversation { Name = "conversations/c" }, UpdateMask = new FieldMask { Paths = { path } },
        };
        change?.Invoke(request.Conversation);
        return request;
    }

    private static CreateCustomerRequest Customer(Action<Customer> change)
    {
        var request = new CreateCustomerRequest { RequestId = "r", Customer = new Customer { DisplayName = "Ana" } };
        change(request.Customer);
        return request;
    }

    private static ReceiveMessageRequest Receive(Action<ReceiveMessageRequest> change)
    {
        var request = new ReceiveMessageRequest
        {
            Channel = "email", Address = "ana@shop.example", ExternalId = "m1", Content = new Content { Text = "Hello" },
        };
        change(request);
        return request;
    }
}
