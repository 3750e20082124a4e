using System.Security.Cryptography;
using System.Text;
using Engine.Api.Authentication;
using Engine.Api.Errors;
using Engine.Api.Forwarding;
using Engine.Api.Validation;
using Engine.Grains.Identities;
using Engine.Grains.Ids;
using Engine.Internal.V1;
using Engine.V1;
using Grpc.Core;

namespace Engine.Api.Services;

/// <summary>
/// InboundService: a message that arrived on a channel.
/// </summary>
/// <remarks>
/// Nobody knows yet whose message it is. The address's own grain decides that, once for all callers: it belongs to the
/// customer it belongs to, or from now on to the one whose id is derived from the address. So fifty first messages of one
/// person at one instant all come to the same customer, and that customer's grain puts them into one conversation. Every
/// step can be repeated; a call that broke off between two finds its own traces.
/// </remarks>
internal sealed class InboundApi(IGrainFactory grains, Forwarder forwarder, IIdentityKeys identityKeys, CatalogReader catalogs) : InboundService.InboundServiceBase
{
    /// <summary>How often an address may turn out to be an erased customer's before we give up.</summary>
    private const int OwnersMax = 4;

    public override async Task<ReceiveMessageResponse> ReceiveMessage(ReceiveMessageRequest request, ServerCallContext context)
    {
        CustomerRules.Check(request);
        request.Address = Addresses.Normalize(request.Channel, request.Address);
        if (request.RequestId.Length == 0) request.RequestId = RequestIdOf(request);
        var workspace = Principal.Of(context).Workspace;
        var catalog = request.Queue.Length == 0
            ? 0
            : await catalogs.RequireKnownQueueAsync(workspace, request.Queue, "queue", context.CancellationToken);
        var identity = await identityKeys.IdOfAsync(
            workspace, new Identity { Channel = request.Channel, Address = request.Address }, context.CancellationToken);

        var newcomer = IdText.Derive(workspace, "customer", identity);
        for (var attempt = 1; ; attempt++)
        {
            var reply = await DeliverAsync(context, grains.Identity(workspace, identity), newcomer, request, catalog);
            if (attempt == OwnersMax || reply.Rejection is not { Reason: Reasons.CustomerErased } || reply.Owner.Length == 0)
                return forwarder.Complete(context, ReplyShape.ReceiveMessage, reply.Message);

            // The same person writes again after having been erased: a new customer, who shares nothing with the old one.
            Forwarder.ResultOf(ReplyShape.Identity, await grains.Identity(workspace, identity).ReleaseAsync(reply.Owner));
            newcomer = IdText.Derive(workspace, "customer", $"{identity}\n{reply.Owner}");
        }
    }

    private async Task<Delivery> DeliverAsync(ServerCallContext context, IIdentityGrain identity, string newcomer, ReceiveMessageRequest request, long catalog)
    {
        var claim = await forwarder.SendAsync(
            context, ReplyShape.Identity, identity, newcomer, static (g, customer, _) => g.FindOrClaimAsync(customer));
        var owner = Forwarder.ResultOf(ReplyShape.Identity, claim);
        var customer = grains.CustomerById(Principal.Of(context).Workspace, owner);
        var reply = await forwarder.SendAsync(
            context,
            ReplyShape.ReceiveMessage,
            customer,
            (Request: request, catalog),
            static (g, r, c) => g.ReceiveAsync(r.Request, CatalogReader.Counting(c, r.catalog)));
        return new Delivery(owner, reply);
    }

    /// <summary>A channel that repeats a delivery repeats these three.</summary>
    private static string RequestIdOf(ReceiveMessageRequest request) =>
        "inbound-" + Convert.ToHexStringLower(SHA256.HashData(
            Encoding.UTF8.GetBytes($"{request.Channel}\n{request.Address}\n{request.ExternalId}")));

    private readonly record struct Delivery(string Owner, ReceiveMessageReply Message)
    {
        public Rejection? Rejection => Message.Rejection;
    }
}
