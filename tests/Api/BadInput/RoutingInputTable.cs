using Engine.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using static Grpc.Core.StatusCode;

namespace Engine.Api.Tests.BadInput;

/// <summary>The same of queues, offers, calls, live chat and activity.</summary>
internal static class RoutingInputTable
{
    private const string Queue = "queues/support";
    private const string Offer = "agents/bob/offers/0123456789abcdef";

    public static Dictionary<string, (Func<BadInputWorld, Task> Send, Expected Expected)> Rows { get; } = new()
    {
        // Roles
        ["role: an integration makes queues"] = (
            w => w.Integration.Queues.CreateQueueAsync(new() { RequestId = "r", QueueId = "q" }).ResponseAsync, new(PermissionDenied, "ROLE_NOT_ALLOWED")),
        ["role: an agent weighs work"] = (
            w => w.Bob.Queues.UpdateRoutingSettingsAsync(new() { RequestId = "r" }).ResponseAsync, new(PermissionDenied, "ROLE_NOT_ALLOWED")),
        ["role: an agent rehearses"] = (
            w => w.Bob.Queues.DryRunRoutingAsync(new()).ResponseAsync, new(PermissionDenied, "ROLE_NOT_ALLOWED")),
        ["role: a reader types"] = (
            w => Signal(w.Reader, w.Open), new(PermissionDenied, "ROLE_NOT_ALLOWED")),
        ["role: a reader makes it live"] = (
            w => w.Reader.Conversations.StartLiveAsync(new() { RequestId = "r", Name = w.Open }).ResponseAsync, new(PermissionDenied, "ROLE_NOT_ALLOWED")),
        ["role: an agent types as the customer"] = (
            w => Signal(w.Bob, w.Open, AuthorType.Customer), new(PermissionDenied, "AUTHOR_TYPE_NOT_ALLOWED")),
        ["role: a program types as an agent"] = (
            w => Signal(w.Integration, w.Open, AuthorType.Agent), new(PermissionDenied, "AUTHOR_TYPE_NOT_ALLOWED")),
        ["role: an agent accepts another's offer"] = (
            w => w.Bob.Agents.AcceptOfferAsync(new() { RequestId = "r", Name = "agents/eve/offers/1" }).ResponseAsync, new(PermissionDenied, "NOT_OWN_AGENT")),
        ["role: an agent declines another's offer"] = (
            w => w.Bob.Agents.DeclineOfferAsync(new() { RequestId = "r", Name = "agents/eve/offers/1" }).ResponseAsync, new(PermissionDenied, "NOT_OWN_AGENT")),
        ["role: an administrator keeps an agent online"] = (
            w => Read(w.Admin.Agents.WatchInbox(new WatchInboxRequest { Name = "agents/bob", KeepsOnline = true })), Field("keeps_online")),

        // Tenants
        ["tenant: another's queue"] = (
            w => w.Stranger.Queues.GetQueueAsync(new() { Name = Queue }).ResponseAsync, new(NotFound, "QUEUE_NOT_FOUND")),
        ["tenant: what another's queue does"] = (
            w => w.Stranger.Queues.GetQueueStatusAsync(new() { Name = Queue }).ResponseAsync, new(NotFound, "QUEUE_NOT_FOUND")),
        ["tenant: another's queue changed"] = (
            w => w.Stranger.Queues.UpdateQueueAsync(new()
            {
                RequestId = "r", Queue = new Queue { Name = Queue, Rank = 1 }, UpdateMask = new FieldMask { Paths = { "rank" } },
            }).ResponseAsync,
            new(NotFound, "QUEUE_NOT_FOUND")),
        ["tenant: another's queue rehearsed"] = (
            w => w.Stranger.Queues.DryRunRoutingAsync(DryRun(Queue)).ResponseAsync, new(NotFound, "QUEUE_NOT_FOUND")),
        ["tenant: why another's conversation went where"] = (
            w => w.Stranger.Queues.ExplainAssignmentAsync(new() { Conversation = w.Waiting }).ResponseAsync, new(NotFound, "CONVERSATION_NOT_FOUND")),
        ["tenant: another's offer taken"] = (
            w => w.Stranger.Agents.AcceptOfferAsync(new() { RequestId = "r", Name = Offer }).ResponseAsync, new(NotFound, "AGENT_NOT_FOUND")),
        ["tenant: another's offer declined"] = (
            w => w.Stranger.Agents.DeclineOfferAsync(new() { RequestId = "r", Name = Offer }).ResponseAsync, new(NotFound, "AGENT_NOT_FOUND")),
        ["tenant: an agent for another's queue"] = (
            w => w.Stranger.Agents.CreateAgentAsync(new() { RequestId = "r", AgentId = "zoe", Agent = new Agent { Queues = { Queue } } }).ResponseAsync,
            new(InvalidArgument, "UNKNOWN_QUEUE", "agent.queues[0]")),
        ["tenant: a call about another's conversation"] = (
            w => w.Stranger.Conversations.RequestCallbackAsync(Callback(w.Open)).ResponseAsync, new(NotFound, "CONVERSATION_NOT_FOUND")),
        ["tenant: the number of another's customer"] = (
            w => w.Stranger.Conversations.GetCallbackAsync(new() { Name = w.Open }).ResponseAsync, new(NotFound, "CONVERSATION_NOT_FOUND")),
        ["tenant: the end of another's call"] = (
            w => w.Stranger.Conversations.EndCallbackAsync(new() { RequestId = "r", Name = w.Open }).ResponseAsync, new(NotFound, "CONVERSATION_NOT_FOUND")),
        ["tenant: another's conversation live"] = (
            w => w.Stranger.Conversations.StartLiveAsync(new() { RequestId = "r", Name = w.Open }).ResponseAsync, new(NotFound, "CONVERSATION_NOT_FOUND")),
        ["tenant: another's live chat ended"] = (
            w => w.Stranger.Conversations.EndLiveAsync(new() { RequestId = "r", Name = w.Open }).ResponseAsync, new(NotFound, "CONVERSATION_NOT_FOUND")),
        ["tenant: typing in another's conversation"] = (w => Signal(w.Stranger, w.Open), new(NotFound, "CONVERSATION_NOT_FOUND")),
        ["tenant: a look at who types in another's conversation"] = (
            w => Read(w.Stranger.Conversations.WatchActivity(new WatchActivityRequest { Conversation = w.Open })), new(NotFound, "CONVERSATION_NOT_FOUND")),

        // What is not there
        ["missing: queue"] = (
            w => w.Admin.Queues.GetQueueAsync(new() { Name = "queues/none" }).ResponseAsync, new(NotFound, "QUEUE_NOT_FOUND")),
        ["missing: queue of an agent"] = (
            w => w.Admin.Agents.UpdateAgentAsync(new()
            {
                RequestId = "r",
                Agent = new Agent { Name = "agents/bob", Queues = { Queue, "queues/none" } },
                UpdateMask = new FieldMask { Paths = { "queues" } },
            }).ResponseAsync,
            new(InvalidArgument, "UNKNOWN_QUEUE", "agent.queues[1]")),
        ["missing: queue of a new conversation"] = (
            w => w.Admin.Conversations.StartConversationAsync(
                new() { RequestId = "r6", Customer = w.Customer, Channel = "web", Queue = "queues/none" }).ResponseAsync,
            new(InvalidArgument, "UNKNOWN_QUEUE", "queue")),
        ["missing: queue of an inbound message"] = (
            w => w.Admin.Inbound.ReceiveMessageAsync(new()
            {
                Channel = "email", Address = "new@shop.example", ExternalId = "m1", Content = new Content { Text = "Hello" }, Queue = "queues/none",
            }).ResponseAsync,
            new(InvalidArgument, "UNKNOWN_QUEUE", "queue")),
        ["missing: queue to transfer to"] = (
            w => w.Admin.Conversations.TransferConversationAsync(new() { RequestId = "r", Name = w.Open, Queue = "queues/none" }).ResponseAsync,
            new(NotFound, "QUEUE_NOT_FOUND")),
        ["missing: queue of a relaxed step"] = (
            w => w.Admin.Queues.CreateQueueAsync(new()
            {
                RequestId = "r",
                QueueId = "new",
                Queue = new Queue { RelaxSteps = { new RelaxStep { After = new Duration { Seconds = 60 }, AlsoQueues = { "queues/none" } } } },
            }).ResponseAsync,
            new(InvalidArgument, "UNKNOWN_QUEUE", "queue.relax_steps[0].also_queues[0]")),
        ["missing: calendar of a queue"] = (
            w => w.Admin.Queues.CreateQueueAsync(new() { RequestId = "r", QueueId = "new", Queue = new Queue { Calendar = "calendars/none" } }).ResponseAsync,
            new(InvalidArgument, "UNKNOWN_CALENDAR", "queue.calendar")),
        ["missing: an offer to accept"] = (
            w => w.Bob.Agents.AcceptOfferAsync(new() { RequestId = "r", Name = Offer }).ResponseAsync, new(NotFound, "OFFER_NOT_FOUND")),
        ["missing: an offer to decline"] = (
            w => w.Bob.Agents.DeclineOfferAsync(new() { RequestId = "r", Name = Offer }).ResponseAsync, new(NotFound, "OFFER_NOT_FOUND")),
        ["missing: a call that nobody asked for"] = (
            w => w.Admin.Conversations.GetCallbackAsync(new() { Name = w.Open }).ResponseAsync, new(NotFound, "CALLBACK_NOT_FOUND")),

        // States
        ["state: a queue that exists"] = (
            w => w.Admin.Queues.CreateQueueAsync(new() { RequestId = "r", QueueId = "support" }).ResponseAsync, new(AlreadyExists, "QUEUE_EXISTS")),
        ["state: an old etag of a queue"] = (
            w => w.Admin.Queues.UpdateQueueAsync(new()
            {
                RequestId = "r", Queue = new Queue { Name = Queue, Etag = "old" }, UpdateMask = new FieldMask { Paths = { "rank" } },
            }).ResponseAsync,
            new(Aborted, "ETAG_MISMATCH")),
        ["state: an old etag of the weights"] = (
            w => w.Admin.Queues.UpdateRoutingSettingsAsync(new()
            {
                RequestId = "r", Settings = new RoutingSettings { Etag = "old" }, UpdateMask = new FieldMask { Paths = { "live_units" } },
            }).ResponseAsync,
            new(Aborted, "ETAG_MISMATCH")),
        ["state: no room in a queue"] = (
            w => w.Admin.Conversations.AssignConversationAsync(new() { RequestId = "r", Name = w.Waiting, Agent = "agents/full" }).ResponseAsync,
            new(FailedPrecondition, "AGENT_AT_CAPACITY")),
        ["state: the end of what is not live"] = (
            w => w.Admin.Conversations.EndLiveAsync(new() { RequestId = "r", Name = w.Open }).ResponseAsync, new(FailedPrecondition, "NOT_LIVE")),
        ["state: the end of no call"] = (
            w => w.Admin.Conversations.EndCallbackAsync(new() { RequestId = "r", Name = w.Open }).ResponseAsync, new(FailedPrecondition, "NO_CALLBACK")),
        ["state: a closed conversation live"] = (
            w => w.Admin.Conversations.StartLiveAsync(new() { RequestId = "r", Name = w.Closed }).ResponseAsync,
            new(FailedPrecondition, "CONVERSATION_CLOSED")),
        ["state: a call about a closed conversation"] = (
            w => w.Admin.Conversations.RequestCallbackAsync(Callback(w.Closed)).ResponseAsync, new(FailedPrecondition, "CONVERSATION_CLOSED")),
        ["state: a call until yesterday"] = (
            w => w.Admin.Conversations.RequestCallbackAsync(Callback(w.Open, r => r.Window.EndTime = new Timestamp { Seconds = 1 })).ResponseAsync,
            Field("window.end_time")),

        // Fields
        ["field: a queue id in capitals"] = (
            w => w.Admin.Queues.CreateQueueAsync(new() { RequestId = "r", QueueId = "Support" }).ResponseAsync, Field("queue_id")),
        ["field: a megabyte of queue"] = (
            w => w.Admin.Queues.CreateQueueAsync(
                new() { RequestId = "r", QueueId = "new", Queue = new Queue { DisplayName = new string('n', 2 * 1024 * 1024) } }).ResponseAsync,
            new(ResourceExhausted, "MESSAGE_TOO_LARGE")),
        ["field: a queue chosen by hand"] = (
            w => w.Admin.Queues.CreateQueueAsync(new() { RequestId = "r", QueueId = "new", Queue = new Queue { AgentChoice = RoutingRule.ByHand } }).ResponseAsync,
            Field("queue.agent_choice")),
        ["field: weights of nothing"] = (
            w => w.Admin.Queues.UpdateRoutingSettingsAsync(new() { RequestId = "r", Settings = new RoutingSettings { LiveUnits = 5 } }).ResponseAsync,
            Field("update_mask")),
        ["field: an explanation of a thousand decisions"] = (
            w => w.Admin.Queues.ExplainAssignmentAsync(new() { Conversation = w.Open, Limit = 1_000 }).ResponseAsync, Field("limit")),
        ["field: a rehearsal of the future"] = (
            w => w.Admin.Queues.DryRunRoutingAsync(DryRun(Queue, hoursAhead: 1)).ResponseAsync, Field("end_time")),
        ["field: an offer of no agent"] = (
            w => w.Admin.Agents.AcceptOfferAsync(new() { RequestId = "r", Name = "offers/1" }).ResponseAsync, Field("name")),
        ["field: a number with a word"] = (
            w => w.Admin.Conversations.RequestCallbackAsync(Callback(w.Open, r => r.PhoneNumber = "+call me")).ResponseAsync, Field("phone_number")),
        ["field: a conversation that starts as a call"] = (
            w => w.Admin.Conversations.StartConversationAsync(
                new() { RequestId = "r7", Customer = w.Customer, Channel = "web", Mode = ConversationMode.Callback }).ResponseAsync,
            Field("mode")),
        ["field: a transfer to nobody"] = (
            w => w.Admin.Conversations.TransferConversationAsync(new() { RequestId = "r", Name = w.Open }).ResponseAsync, Field("agent")),
        ["field: doing nothing in particular"] = (
            w => w.Admin.Conversations.SignalActivityAsync(new() { Conversation = w.Open }).ResponseAsync, Field("kind")),
        ["token: page token of another list, of queues"] = (
            w => w.Admin.Queues.ListQueuesAsync(new() { PageToken = w.PageToken }).ResponseAsync,
            new(InvalidArgument, "INVALID_PAGE_TOKEN", "page_token")),
    };

    private static Expected Field(string path) => new(InvalidArgument, "INVALID_REQUEST", path);

    private static Task<SignalActivityResponse> Signal(Clients clients, string conversation, AuthorType type = AuthorType.Unspecified) =>
        clients.Conversations.SignalActivityAsync(
            new SignalActivityRequest { Conversation = conversation, Kind = ActivityKind.Typing, AuthorType = type }).ResponseAsync;

    private static RequestCallbackRequest Callback(string conversation, Action<RequestCallbackRequest>? spoil = null)
    {
        var request = new RequestCallbackRequest
        {
            RequestId = "bad-call",
            Name = conversation,
            PhoneNumber = "+351210000000",
            Window = new CallbackWindow { EndTime = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow().AddHours(1)) },
        };
        spoil?.Invoke(request);
        return request;
    }

    private static DryRunRoutingRequest DryRun(string queue, int hoursAhead = -1) => new()
    {
        Queue = new Queue { Name = queue },
        StartTime = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow().AddHours(-2)),
        EndTime = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow().AddHours(hoursAhead)),
    };

    private static async Task Read<T>(AsyncServerStreamingCall<T> call)
    {
        using (call)
        {
            while (await call.ResponseStream.MoveNext(default))
            {
            }
        }
    }
}
