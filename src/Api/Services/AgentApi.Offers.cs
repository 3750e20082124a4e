using Engine.Api.Authentication;
using Engine.Api.Forwarding;
using Engine.Api.Validation;
using Engine.Grains.Routing;
using Engine.V1;
using Grpc.Core;

namespace Engine.Api.Services;

/// <summary>Offers: made by a queue, held by the agent, answered by the queue.</summary>
internal sealed partial class AgentApi
{
    public override async Task<Conversation> AcceptOffer(AcceptOfferRequest request, ServerCallContext context)
    {
        AgentRules.Check(request);
        var queue = await QueueOfAsync(context, request.Name);
        return await forwarder.MutateAsync(
            context, ReplyShape.Conversation, queue, request, static (g, r, c) => g.AcceptOfferAsync(r, c));
    }

    public override async Task<DeclineOfferResponse> DeclineOffer(DeclineOfferRequest request, ServerCallContext context)
    {
        AgentRules.Check(request);
        var queue = await QueueOfAsync(context, request.Name);
        await forwarder.MutateAsync(context, ReplyShape.Empty, queue, request, static (g, r, c) => g.DeclineOfferAsync(r, c));
        return new DeclineOfferResponse();
    }

    /// <summary>
    /// The agent knows which queue made the offer; the queue knows the rest. Also of an offer that is over: whoever repeats a
    /// request, its answer lost, is to get that answer.
    /// </summary>
    private async Task<IQueueGrain> QueueOfAsync(ServerCallContext context, string name)
    {
        var principal = Principal.Of(context);
        var offer = OfferName.Parse(name);
        principal.RequireOwnAgent(offer.Agent);
        var reply = await grains.Agent(principal.Workspace, offer.Agent).GetOfferAsync(offer.Offer).WaitAsync(context.CancellationToken);
        var queue = reply.Reservation is { Queue.Length: > 0 } known ? known.Queue : Forwarder.ResultOf(ReplyShape.Offer, reply).Queue;
        return grains.QueueById(principal.Workspace, queue);
    }

    private async Task RequireQueuesAsync(ServerCallContext context, Agent agent)
    {
        var workspace = Principal.Of(context).Workspace;
        for (var i = 0; i < agent.Queues.Count; i++)
            await catalogs.RequireKnownQueueAsync(workspace, agent.Queues[i], $"agent.queues[{i}]", context.CancellationToken);
    }
}
