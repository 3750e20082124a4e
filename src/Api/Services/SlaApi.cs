using Engine.Api.Authentication;
using Engine.Api.Errors;
using Engine.Api.Forwarding;
using Engine.Api.Paging;
using Engine.Api.Validation;
using Engine.Grains;
using Engine.Grains.Catalogs;
using Engine.V1;
using Grpc.Core;

namespace Engine.Api.Services;

/// <summary>SlaService: rules from the catalog, answers about the past from journal and read models.</summary>
internal sealed class SlaApi(IGrainFactory grains, Forwarder forwarder, CatalogReader catalogs, SlaQuestions questions, EngineClock clock)
    : SlaService.SlaServiceBase
{
    public override Task<SlaPolicy> CreateSlaPolicy(CreateSlaPolicyRequest request, ServerCallContext context)
    {
        SlaRequestRules.Check(request);
        return forwarder.MutateAsync(context, ReplyShape.CatalogPolicy, Catalog(context), request, static (g, r, c) => g.CreateSlaPolicyAsync(r, c));
    }

    public override async Task<SlaPolicy> GetSlaPolicy(GetSlaPolicyRequest request, ServerCallContext context)
    {
        SlaRequestRules.Check(request);
        var catalog = await catalogs.ReadAsync(Principal.Of(context).Workspace, context.CancellationToken);
        return catalog.SlaPolicies.FirstOrDefault(p => p.Name == request.Name)
            ?? throw Refuse.NotFound(Reasons.SlaPolicyNotFound, "There is no such policy.");
    }

    public override async Task<ListSlaPoliciesResponse> ListSlaPolicies(ListSlaPoliciesRequest request, ServerCallContext context)
    {
        SlaRequestRules.Check(request);
        var workspace = Principal.Of(context).Workspace;
        var fingerprint = PageCursor.Fingerprint("sla-policies", workspace);
        var after = PageCursor.Parse(request.PageToken, fingerprint);
        var catalog = await catalogs.ReadAsync(workspace, context.CancellationToken);
        // By rank and name, as the catalog has them.
        var rest = catalog.SlaPolicies.Where(p => after is not { } last || Follows(p, last)).ToList();

        var size = Pages.SizeOf(request.PageSize);
        var response = new ListSlaPoliciesResponse();
        response.SlaPolicies.AddRange(rest.Take(size));
        if (rest.Count > size) response.NextPageToken = new PageCursor(rest[size - 1].Rank, 0, rest[size - 1].Name).ToToken(fingerprint);
        return response;
    }

    public override Task<SlaPolicy> UpdateSlaPolicy(UpdateSlaPolicyRequest request, ServerCallContext context)
    {
        SlaRequestRules.Check(request);
        return forwarder.MutateAsync(context, ReplyShape.CatalogPolicy, Catalog(context), request, static (g, r, c) => g.UpdateSlaPolicyAsync(r, c));
    }

    public override Task<DeleteSlaPolicyResponse> DeleteSlaPolicy(DeleteSlaPolicyRequest request, ServerCallContext context)
    {
        SlaRequestRules.Check(request);
        return forwarder.MutateAsync(
            context, ReplyShape.CatalogPolicyDeleted, Catalog(context), request, static (g, r, c) => g.DeleteSlaPolicyAsync(r, c));
    }

    public override Task<Calendar> CreateCalendar(CreateCalendarRequest request, ServerCallContext context)
    {
        SlaRequestRules.Check(request);
        return forwarder.MutateAsync(context, ReplyShape.CatalogCalendar, Catalog(context), request, static (g, r, c) => g.CreateCalendarAsync(r, c));
    }

    public override async Task<Calendar> GetCalendar(GetCalendarRequest request, ServerCallContext context)
    {
        SlaRequestRules.Check(request);
        var catalog = await catalogs.ReadAsync(Principal.Of(context).Workspace, context.CancellationToken);
        return catalog.Calendars.FirstOrDefault(c => c.Name == request.Name)
            ?? throw Refuse.NotFound(Reasons.CalendarNotFound, "There is no such calendar.");
    }

    public override async Task<ListCalendarsResponse> ListCalendars(ListCalendarsRequest request, ServerCallContext context)
    {
        SlaRequestRules.Check(request);
        var workspace = Principal.Of(context).Workspace;
        var fingerprint = PageCursor.Fingerprint("calendars", workspace);
        var after = PageCursor.Parse(request.PageToken, fingerprint)?.Id ?? "";
        var catalog = await catalogs.ReadAsync(workspace, context.CancellationToken);
        var rest = catalog.Calendars.Where(c => string.CompareOrdinal(c.Name, after) > 0).ToList();

        var size = Pages.SizeOf(request.PageSize);
        var response = new ListCalendarsResponse();
        response.Calendars.AddRange(rest.Take(size));
        if (rest.Count > size) response.NextPageToken = new PageCursor(0, 0, rest[size - 1].Name).ToToken(fingerprint);
        return response;
    }

    public override Task<Calendar> UpdateCalendar(UpdateCalendarRequest request, ServerCallContext context)
    {
        SlaRequestRules.Check(request);
        return forwarder.MutateAsync(context, ReplyShape.CatalogCalendar, Catalog(context), request, static (g, r, c) => g.UpdateCalendarAsync(r, c));
    }

    public override Task<DeleteCalendarResponse> DeleteCalendar(DeleteCalendarRequest request, ServerCallContext context)
    {
        SlaRequestRules.Check(request);
        return forwarder.MutateAsync(
            context, ReplyShape.CatalogCalendarDeleted, Catalog(context), request, static (g, r, c) => g.DeleteCalendarAsync(r, c));
    }

    public override Task<SlaExplanation> ExplainSla(ExplainSlaRequest request, ServerCallContext context)
    {
        var now = clock.UtcNow;
        SlaRequestRules.Check(request, now);
        return questions.ExplainAsync(
            Principal.Of(context).Workspace, request.Conversation, request.AtTime?.ToDateTimeOffset() ?? now, context.CancellationToken);
    }

    public override Task<SlaDryRun> DryRunSla(DryRunSlaRequest request, ServerCallContext context)
    {
        SlaRequestRules.Check(request);
        return questions.DryRunAsync(request, context);
    }

    public override Task<SlaReport> GetSlaReport(GetSlaReportRequest request, ServerCallContext context)
    {
        SlaRequestRules.Check(request);
        return questions.ReportAsync(request, context);
    }

    public override async Task<ExpectationSettings> GetExpectationSettings(GetExpectationSettingsRequest request, ServerCallContext context)
    {
        var catalog = await catalogs.ReadAsync(Principal.Of(context).Workspace, context.CancellationToken);
        return catalog.Expectations ?? new ExpectationSettings();
    }

    public override Task<ExpectationSettings> UpdateExpectationSettings(UpdateExpectationSettingsRequest request, ServerCallContext context)
    {
        SlaRequestRules.Check(request);
        return forwarder.MutateAsync(
            context, ReplyShape.CatalogExpectations, Catalog(context), request, static (g, r, c) => g.UpdateExpectationsAsync(r, c));
    }

    private ICatalogGrain Catalog(ServerCallContext context) => grains.Catalog(Principal.Of(context).Workspace);

    private static bool Follows(SlaPolicy policy, PageCursor last) =>
        policy.Rank > last.Number || (policy.Rank == last.Number && string.CompareOrdinal(policy.Name, last.Id) > 0);
}
