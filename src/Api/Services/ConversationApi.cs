using Engine.Api.Authentication;
using Engine.Api.Errors;
using Engine.Api.Forwarding;
using Engine.Api.Signals;
using Engine.Api.Streams;
using Engine.Api.Validation;
using Engine.Grains.Conversations;
using Engine.Internal.V1;
using Engine.V1;
using Grpc.Core;
using Microsoft.Extensions.Options;

namespace Engine.Api.Services;

/// <summary>ConversationService: commands and reading one conversation. Lists stand in the other part.</summary>
internal sealed partial class ConversationApi(
    IGrainFactory grains,
    Forwarder forwarder,
    ConversationLists lists,
    WorkspaceSettings settings,
    CatalogReader catalogs,
    ActivityHub activities,
    ActivityLimiter activityLimiter,
    ConversationPeople people,
    StreamGate streams,
    TimeProvider time,
    IOptions<ApiOptions> options) : ConversationService.ConversationServiceBase
{
    public override async Task<StartConversationResponse> StartConversation(StartConversationRequest request, ServerCallContext context)
    {
        ConversationRules.Check(request);
        var principal = Principal.Of(context);
        principal.RequireAuthor(request.AuthorType);
        var catalog = request.Queue.Length == 0
            ? 0
            : await catalogs.RequireKnownQueueAsync(principal.Workspace, request.Queue, "queue", context.CancellationToken);
        var customer = grains.Customer(principal.Workspace, request.Customer);
        return await forwarder.MutateAsync(
            context,
            ReplyShape.StartConversation,
            customer,
            (Request: request, catalog),
            static (g, r, c) => g.StartConversationAsync(r.Request, CatalogReader.Counting(c, r.catalog)));
    }

    public override async Task<Conversation> GetConversation(GetConversationRequest request, ServerCallContext context)
    {
        ConversationRules.Check(request);
        return Forwarder.ResultOf(ReplyShape.Conversation, await Grain(context, request.Name).GetAsync().WaitAsync(context.CancellationToken));
    }

    public override Task<ListConversationsResponse> ListConversations(ListConversationsRequest request, ServerCallContext context)
    {
        ConversationRules.Check(request);
        return lists.ListConversationsAsync(request, context);
    }

    public override async Task<Message> SendMessage(SendMessageRequest request, ServerCallContext context)
    {
        ConversationRules.Check(request);
        Principal.Of(context).RequireAuthor(request.AuthorType);
        var grain = Grain(context, request.Conversation);
        var reply = await forwarder.SendAsync(
            context, ReplyShape.Message, grain, request, static (g, r, c) => g.SendMessageAsync(r, c));
        if (request.AuthorType == AuthorType.Customer && reply.Rejection is { Reason: Reasons.ConversationClosed })
            reply = await SendToSuccessorAsync(context, grain, request);
        return forwarder.Complete(context, ReplyShape.Message, reply);
    }

    public override Task<Message> AddNote(AddNoteRequest request, ServerCallContext context)
    {
        ConversationRules.Check(request);
        return forwarder.MutateAsync(
            context, ReplyShape.Message, Grain(context, request.Conversation), request, static (g, r, c) => g.AddNoteAsync(r, c));
    }

    public override Task<ListMessagesResponse> ListMessages(ListMessagesRequest request, ServerCallContext context)
    {
        ConversationRules.Check(request);
        return lists.ListMessagesAsync(request, context);
    }

    public override Task<Conversation> ReleaseConversation(ReleaseConversationRequest request, ServerCallContext context)
    {
        ConversationRules.Check(request);
        return ChangeAsync(context, request.Name, request, static (g, r, c) => g.ReleaseAsync(r, c));
    }

    public override Task<Conversation> SnoozeConversation(SnoozeConversationRequest request, ServerCallContext context)
    {
        ConversationRules.Check(request);
        return ChangeAsync(context, request.Name, request, static (g, r, c) => g.SnoozeAsync(r, c));
    }

    public override async Task<Conversation> ResolveConversation(ResolveConversationRequest request, ServerCallContext context)
    {
        ConversationRules.Check(request);
        var closeAfterMs = await settings.CloseAfterMsAsync(Principal.Of(context).Workspace);
        return await ChangeAsync(
            context, request.Name, (Request: request, closeAfterMs), static (g, r, c) => g.ResolveAsync(r.Request, r.closeAfterMs, c));
    }

    public override Task<Conversation> ReopenConversation(ReopenConversationRequest request, ServerCallContext context)
    {
        ConversationRules.Check(request);
        return ChangeAsync(context, request.Name, request, static (g, r, c) => g.ReopenAsync(r, c));
    }

    public override Task<Conversation> CloseConversation(CloseConversationRequest request, ServerCallContext context)
    {
        ConversationRules.Check(request);
        return ChangeAsync(context, request.Name, request, static (g, r, c) => g.CloseAsync(r, c));
    }

    public override Task<Conversation> UpdateConversation(UpdateConversationRequest request, ServerCallContext context)
    {
        ConversationRules.Check(request);
        return ChangeAsync(context, request.Conversation.Name, request, static (g, r, c) => g.UpdateAsync(r, c));
    }

    public override Task<Conversation> MarkRead(MarkReadRequest request, ServerCallContext context)
    {
        ConversationRules.Check(request);
        Principal.Of(context).RequireAuthor(request.ReaderType);
        return ChangeAsync(context, request.Name, request, static (g, r, c) => g.MarkReadAsync(r, c));
    }

    private Task<Conversation> ChangeAsync<TRequest>(
        ServerCallContext context, string name, TRequest request, Func<IConversationGrain, TRequest, Caller, Task<ConversationReply>> call) =>
        forwarder.MutateAsync(context, ReplyShape.Conversation, Grain(context, name), request, call);

    private async Task<MessageReply> SendToSuccessorAsync(ServerCallContext context, IConversationGrain closed, SendMessageRequest request)
    {
        var conversation = Forwarder.ResultOf(ReplyShape.Conversation, await closed.GetAsync());
        var customer = grains.Customer(Principal.Of(context).Workspace, conversation.Customer);
        return await forwarder.SendAsync(
            context, ReplyShape.Message, customer, request, static (g, r, c) => g.SendToSuccessorAsync(r, c));
    }

    private IConversationGrain Grain(ServerCallContext context, string name) =>
        grains.Conversation(Principal.Of(context).Workspace, name);
}
