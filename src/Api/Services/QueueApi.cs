using Engine.Api.Authentication;
using Engine.Api.Forwarding;
using Engine.Api.Paging;
using Engine.Api.Validation;
using Engine.Grains;
using Engine.Grains.Routing;
using Engine.Grains.Routing.Rehearsing;
using Engine.Grains.Sla;
using Engine.V1;
using Grpc.Core;

namespace Engine.Api.Services;

/// <summary>QueueService: settings from the catalog, what queues are doing from the queues.</summary>
internal sealed class QueueApi(
    IGrainFactory grains, Forwarder forwarder, CatalogReader catalogs, AssignmentExplainer explainer, IRoutingPasts pasts, EngineClock clock)
    : QueueService.QueueServiceBase
{
    public override Task<Queue> CreateQueue(CreateQueueRequest request, ServerCallContext context)
    {
        QueueRules.Check(request);
        request.Queue ??= new Queue();
        return forwarder.MutateAsync(
            context, ReplyShape.CatalogQueue, grains.Catalog(Principal.Of(context).Workspace), request, static (g, r, c) => g.CreateQueueAsync(r, c));
    }

    public override async Task<Queue> GetQueue(GetQueueRequest request, ServerCallContext context)
    {
        QueueRules.Check(request);
        var catalog = await catalogs.ReadAsync(Principal.Of(context).Workspace, context.CancellationToken);
        return CatalogReader.Find(catalog, request.Name) ?? throw CatalogReader.NotFound();
    }

    public override async Task<ListQueuesResponse> ListQueues(ListQueuesRequest request, ServerCallContext context)
    {
        QueueRules.Check(request);
        var workspace = Principal.Of(context).Workspace;
        var fingerprint = PageCursor.Fingerprint("queues", workspace);
        var after = PageCursor.Parse(request.PageToken, fingerprint)?.Id ?? "";
        var catalog = await catalogs.ReadAsync(workspace, context.CancellationToken);
        var rest = catalog.Queues
            .Where(queue => string.CompareOrdinal(queue.Name, after) > 0)
            .OrderBy(static queue => queue.Name, StringComparer.Ordinal)
            .ToList();

        var size = Pages.SizeOf(request.PageSize);
        var response = new ListQueuesResponse();
        response.Queues.AddRange(rest.Take(size));
        if (rest.Count > size) response.NextPageToken = new PageCursor(0, 0, response.Queues[^1].Name).ToToken(fingerprint);
        return response;
    }

    public override Task<Queue> UpdateQueue(UpdateQueueRequest request, ServerCallContext context)
    {
        QueueRules.Check(request);
        return forwarder.MutateAsync(
            context, ReplyShape.CatalogQueue, grains.Catalog(Principal.Of(context).Workspace), request, static (g, r, c) => g.UpdateQueueAsync(r, c));
    }

    public override async Task<QueueStatus> GetQueueStatus(GetQueueStatusRequest request, ServerCallContext context)
    {
        QueueRules.Check(request);
        var workspace = Principal.Of(context).Workspace;
        await catalogs.RequireQueueAsync(workspace, request.Name, context.CancellationToken);
        return Forwarder.ResultOf(
            ReplyShape.QueueStatus, await grains.Queue(workspace, request.Name).GetStatusAsync().WaitAsync(context.CancellationToken));
    }

    public override async Task<RoutingSettings> GetRoutingSettings(GetRoutingSettingsRequest request, ServerCallContext context)
    {
        var catalog = await catalogs.ReadAsync(Principal.Of(context).Workspace, context.CancellationToken);
        return catalog.Routing ?? new RoutingSettings();
    }

    public override Task<RoutingSettings> UpdateRoutingSettings(UpdateRoutingSettingsRequest request, ServerCallContext context)
    {
        QueueRules.Check(request);
        return forwarder.MutateAsync(
            context, ReplyShape.CatalogRouting, grains.Catalog(Principal.Of(context).Workspace), request, static (g, r, c) => g.UpdateRoutingAsync(r, c));
    }

    public override Task<AssignmentExplanation> ExplainAssignment(ExplainAssignmentRequest request, ServerCallContext context)
    {
        QueueRules.Check(request);
        return explainer.ExplainAsync(Principal.Of(context).Workspace, request, context.CancellationToken);
    }

    public override async Task<RoutingDryRun> DryRunRouting(DryRunRoutingRequest request, ServerCallContext context)
    {
        QueueRules.Check(request, clock.UtcNow);
        var workspace = Principal.Of(context).Workspace;
        var catalog = await catalogs.ReadAsync(workspace, context.CancellationToken);
        if (CatalogReader.Find(catalog, request.Queue.Name) is null) throw CatalogReader.NotFound();
        var (start, end) = (request.StartTime.ToInstant(), request.EndTime.ToInstant());
        var past = await pasts.ReadAsync(
            workspace,
            IdOf(request.Queue.Name),
            [.. request.Queue.RelaxSteps.SelectMany(static step => step.AlsoQueues).Distinct().Select(IdOf)],
            start,
            end,
            context.CancellationToken);
        var units = WorkUnits.Of(request.Settings ?? catalog.Routing ?? new RoutingSettings());
        // Seconds of computing; not where calls are answered.
        var run = await Task.Run(
            () => RoutingRehearsal.Run(past.Conversations, past.Shifts, request.Queue, units, start, end), context.CancellationToken);
        run.Truncated |= past.IsTruncated;
        return run;
    }

    private static string IdOf(string name) => name["queues/".Length..];
}
