using Engine.Api.Authentication;
using Engine.Api.Errors;
using Engine.Api.Forwarding;
using Engine.Api.Paging;
using Engine.Api.Positions;
using Engine.Api.Streams;
using Engine.Api.Validation;
using Engine.Grains.Agents;
using Engine.Grains.Ids;
using Engine.Grains.Views;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Options;

namespace Engine.Api.Services;

/// <summary>AgentService.</summary>
internal sealed partial class AgentApi(
    IGrainFactory grains,
    Forwarder forwarder,
    IListings listings,
    CatalogReader catalogs,
    ListBarrier barrier,
    StreamGate streams,
    TimeProvider time,
    IOptions<ApiOptions> options) : AgentService.AgentServiceBase
{
    public override async Task<Agent> CreateAgent(CreateAgentRequest request, ServerCallContext context)
    {
        AgentRules.Check(request);
        request.Agent ??= new Agent();
        var workspace = Principal.Of(context).Workspace;
        await RequireQueuesAsync(context, request.Agent);
        var id = request.AgentId.Length > 0 ? request.AgentId : IdText.Derive(workspace, "agent", request.RequestId);
        return await forwarder.MutateAsync(
            context, ReplyShape.Agent, grains.AgentById(workspace, id), request, static (g, r, c) => g.CreateAsync(r, c));
    }

    public override async Task<Agent> GetAgent(GetAgentRequest request, ServerCallContext context)
    {
        AgentRules.Check(request);
        return Forwarder.ResultOf(ReplyShape.Agent, await Grain(context, request.Name).GetAsync().WaitAsync(context.CancellationToken));
    }

    public override async Task<Agent> UpdateAgent(UpdateAgentRequest request, ServerCallContext context)
    {
        AgentRules.Check(request);
        if (request.UpdateMask.Names("queues")) await RequireQueuesAsync(context, request.Agent);
        return await forwarder.MutateAsync(
            context, ReplyShape.Agent, Grain(context, request.Agent.Name), request, static (g, r, c) => g.UpdateAsync(r, c));
    }

    public override async Task<ListAgentsResponse> ListAgents(ListAgentsRequest request, ServerCallContext context)
    {
        AgentRules.Check(request);
        var workspace = Principal.Of(context).Workspace;
        var fingerprint = PageCursor.Fingerprint("agents", workspace);
        var cursor = PageCursor.Parse(request.PageToken, fingerprint);
        await barrier.WaitAsync(request.AfterPosition, context);

        var size = Pages.SizeOf(request.PageSize);
        var found = await listings.ListAgentsAsync(workspace, cursor?.Id ?? "", Pages.LimitOf(size), context.CancellationToken);
        var response = new ListAgentsResponse();
        for (var i = 0; i < Math.Min(found.Count, size); i++) response.Agents.Add(found[i]);
        if (Pages.HasMore(found.Count, size))
            response.NextPageToken = new PageCursor(0, 0, AgentId.Parse(response.Agents[^1].Name).Value).ToToken(fingerprint);
        return response;
    }

    public override Task<Agent> SetPresence(SetPresenceRequest request, ServerCallContext context)
    {
        AgentRules.Check(request);
        Principal.Of(context).RequireOwnAgent(request.Name);
        return forwarder.MutateAsync(
            context, ReplyShape.Agent, Grain(context, request.Name), request, static (g, r, c) => g.SetPresenceAsync(r, c));
    }

    public override Task WatchInbox(
        WatchInboxRequest request, IServerStreamWriter<WatchInboxResponse> responseStream, ServerCallContext context)
    {
        AgentRules.Check(request);
        var principal = Principal.Of(context);
        principal.RequireOwnAgent(request.Name);
        if (request.KeepsOnline && principal.Role != Role.Agent)
            throw Refuse.NotAllowed("keeps_online", "is for the agent's own key: only their own stream shows that they are there");
        var grain = Grain(context, request.Name);
        return streams.RunAsync(
            context, responseStream, (writer, token) => WatchAsync(grain, request.AfterVersion, request.KeepsOnline, writer, token));
    }

    /// <summary>As for a conversation, only that the inbox as a whole is sent when its changes are not known any more.</summary>
    private async Task WatchAsync(
        IAgentGrain grain, long version, bool keepsOnline, IServerStreamWriter<WatchInboxResponse> responseStream, CancellationToken token)
    {
        var patience = new Patience(time);
        var wait = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(options.Value.WatchWaitMs));
        var isFirst = true;
        while (true)
        {
            InboxReply reply;
            try
            {
                reply = await grain.ReadInboxAsync(
                    new ReadInboxRequest
                    {
                        AfterVersion = version,
                        Wait = isFirst ? new Duration() : wait,
                        KeepsOnline = keepsOnline,
                        StreamBegins = isFirst,
                    },
                    token);
            }
            catch (Exception e) when (patience.Bears(e))
            {
                await patience.WaitAsync(token);
                continue;
            }

            if (reply.Rejection is { } rejection)
            {
                if (!patience.Bears(rejection)) throw Refuse.Because(rejection);
                await patience.WaitAsync(token);
                continue;
            }

            patience.Restore();
            var inbox = reply.Result;
            if (inbox.Reset || inbox.Version > version) await responseStream.WriteAsync(inbox, token);
            version = Math.Max(inbox.Reset ? 0 : version, inbox.Version);
            isFirst = false;
        }
    }

    private IAgentGrain Grain(ServerCallContext context, string name) => grains.Agent(Principal.Of(context).Workspace, name);
}
