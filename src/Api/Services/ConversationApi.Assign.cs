using Engine.Api.Authentication;
using Engine.Api.Forwarding;
using Engine.Api.Validation;
using Engine.Grains.Routing;
using Engine.V1;
using Grpc.Core;

namespace Engine.Api.Services;

/// <summary>
/// Giving a conversation to somebody by hand. In a queue that goes through the queue, which reserves room at the agent
/// first; outside of queues nobody asks for room, and the conversation is told at once. Where it is, is read before; should
/// it move meanwhile, the one who is asked refuses or carries it out, and the request's id keeps it from being done twice.
/// </summary>
internal sealed partial class ConversationApi
{
    public override async Task<Conversation> AssignConversation(AssignConversationRequest request, ServerCallContext context)
    {
        ConversationRules.Check(request);
        Principal.Of(context).RequireOwnAgent(request.Agent);
        await RequireAgentAsync(context, request.Agent);
        return await QueueOfAsync(context, request.Name) is { } queue
            ? await forwarder.MutateAsync(context, ReplyShape.Conversation, queue, request, static (g, r, c) => g.AssignAsync(r, c))
            : await ChangeAsync(context, request.Name, request, static (g, r, c) => g.AssignAsync(r, c));
    }

    public override async Task<Conversation> TransferConversation(TransferConversationRequest request, ServerCallContext context)
    {
        ConversationRules.Check(request);
        if (request.Queue.Length > 0)
        {
            var catalog = await catalogs.RequireQueueAsync(Principal.Of(context).Workspace, request.Queue, context.CancellationToken);
            return await ChangeAsync(
                context,
                request.Name,
                (Request: request, catalog),
                static (g, r, c) => g.TransferAsync(r.Request, CatalogReader.Counting(c, r.catalog)));
        }

        await RequireAgentAsync(context, request.Agent);
        return await QueueOfAsync(context, request.Name) is { } queue
            ? await forwarder.MutateAsync(context, ReplyShape.Conversation, queue, request, static (g, r, c) => g.TransferAsync(r, c))
            : await ChangeAsync(context, request.Name, request, static (g, r, c) => g.TransferAsync(r, c));
    }

    /// <summary>The conversation's queue, or null outside of queues.</summary>
    private async Task<IQueueGrain?> QueueOfAsync(ServerCallContext context, string name)
    {
        var conversation = Forwarder.ResultOf(
            ReplyShape.Conversation, await Grain(context, name).GetAsync().WaitAsync(context.CancellationToken));
        return conversation.Queue.Length > 0 ? grains.Queue(Principal.Of(context).Workspace, conversation.Queue) : null;
    }

    /// <summary>The conversation calls no other grain, so whether the agent exists is asked here.</summary>
    private async Task RequireAgentAsync(ServerCallContext context, string agent) =>
        Forwarder.ResultOf(ReplyShape.Agent, await grains.Agent(Principal.Of(context).Workspace, agent).GetAsync());
}
