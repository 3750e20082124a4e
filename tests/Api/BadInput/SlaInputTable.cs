using Engine.V1;
using Google.Protobuf.WellKnownTypes;
using static Grpc.Core.StatusCode;

namespace Engine.Api.Tests.BadInput;

/// <summary>The same of policies, calendars, expectations, and questions about them.</summary>
internal static class SlaInputTable
{
    private const string Policy = "slaPolicies/gold";
    private const string Calendar = "calendars/office";

    public static Dictionary<string, (Func<BadInputWorld, Task> Send, Expected Expected)> Rows { get; } = new()
    {
        // Roles
        ["role: an integration promises"] = (
            w => w.Integration.Sla.CreateSlaPolicyAsync(Create("p")).ResponseAsync, new(PermissionDenied, "ROLE_NOT_ALLOWED")),
        ["role: an agent changes the hours"] = (
            w => w.Bob.Sla.UpdateCalendarAsync(Update(c => c.DisplayName = "x", "display_name")).ResponseAsync, new(PermissionDenied, "ROLE_NOT_ALLOWED")),
        ["role: a reader rehearses promises"] = (
            w => w.Reader.Sla.DryRunSlaAsync(DryRun()).ResponseAsync, new(PermissionDenied, "ROLE_NOT_ALLOWED")),
        ["role: an agent words expectations"] = (
            w => w.Bob.Sla.UpdateExpectationSettingsAsync(new()).ResponseAsync, new(PermissionDenied, "ROLE_NOT_ALLOWED")),

        // Tenants
        ["tenant: another's policy"] = (
            w => w.Stranger.Sla.GetSlaPolicyAsync(new() { Name = Policy }).ResponseAsync, new(NotFound, "SLA_POLICY_NOT_FOUND")),
        ["tenant: another's policy deleted"] = (
            w => w.Stranger.Sla.DeleteSlaPolicyAsync(new() { RequestId = "r", Name = Policy }).ResponseAsync, new(NotFound, "SLA_POLICY_NOT_FOUND")),
        ["tenant: another's calendar"] = (
            w => w.Stranger.Sla.GetCalendarAsync(new() { Name = Calendar }).ResponseAsync, new(NotFound, "CALENDAR_NOT_FOUND")),
        ["tenant: another's calendar changed"] = (
            w => w.Stranger.Sla.UpdateCalendarAsync(Update(c => c.DisplayName = "x", "display_name")).ResponseAsync, new(NotFound, "CALENDAR_NOT_FOUND")),
        ["tenant: promises by another's calendar"] = (
            w => w.Stranger.Sla.CreateSlaPolicyAsync(Create("p", p => p.Calendar = Calendar)).ResponseAsync,
            new(InvalidArgument, "UNKNOWN_CALENDAR", "sla_policy.calendar")),
        ["tenant: promises in another's queue"] = (
            w => w.Stranger.Sla.CreateSlaPolicyAsync(Create("p", p => p.Match = new SlaMatch { Queues = { "queues/support" } })).ResponseAsync,
            new(InvalidArgument, "UNKNOWN_QUEUE", "sla_policy.match.queues[0]")),
        ["tenant: another's promises explained"] = (
            w => w.Stranger.Sla.ExplainSlaAsync(new() { Conversation = w.Open }).ResponseAsync, new(NotFound, "CONVERSATION_NOT_FOUND")),

        // What is not there, or is there already
        ["missing: policy"] = (
            w => w.Admin.Sla.GetSlaPolicyAsync(new() { Name = "slaPolicies/none" }).ResponseAsync, new(NotFound, "SLA_POLICY_NOT_FOUND")),
        ["missing: calendar to delete"] = (
            w => w.Admin.Sla.DeleteCalendarAsync(new() { RequestId = "r", Name = "calendars/none" }).ResponseAsync, new(NotFound, "CALENDAR_NOT_FOUND")),
        ["missing: conversation to explain"] = (
            w => w.Admin.Sla.ExplainSlaAsync(new() { Conversation = "conversations/none" }).ResponseAsync, new(NotFound, "CONVERSATION_NOT_FOUND")),
        ["missing: calendar of expectations"] = (
            w => w.Admin.Sla.UpdateExpectationSettingsAsync(Expect(s => s.Calendar = "calendars/none", "calendar")).ResponseAsync,
            new(InvalidArgument, "UNKNOWN_CALENDAR", "settings.calendar")),
        ["missing: queue to move to"] = (
            w => w.Admin.Sla.CreateSlaPolicyAsync(
                Create("p", p => p.Actions.Add(new SlaAction { On = SlaNoticeKind.Breached, MoveToQueue = "queues/none" }))).ResponseAsync,
            new(InvalidArgument, "UNKNOWN_QUEUE", "sla_policy.actions[0].move_to_queue")),
        ["exists: policy"] = (w => w.Admin.Sla.CreateSlaPolicyAsync(Create("gold")).ResponseAsync, new(AlreadyExists, "SLA_POLICY_EXISTS")),
        ["exists: calendar"] = (
            w => w.Admin.Sla.CreateCalendarAsync(new() { RequestId = "r", CalendarId = "office", Calendar = new Calendar { TimeZone = "UTC" } }).ResponseAsync,
            new(AlreadyExists, "CALENDAR_EXISTS")),
        ["state: calendar in use"] = (
            w => w.Admin.Sla.DeleteCalendarAsync(new() { RequestId = "r", Name = Calendar }).ResponseAsync, new(FailedPrecondition, "CALENDAR_IN_USE")),
        ["state: policy changed meanwhile"] = (
            w => w.Admin.Sla.UpdateSlaPolicyAsync(new()
            {
                RequestId = "r", SlaPolicy = new SlaPolicy { Name = Policy, Etag = "v9" }, UpdateMask = FieldMask.FromString("rank"),
            }).ResponseAsync,
            new(Aborted, "ETAG_MISMATCH")),
        ["state: request id of another request"] = (
            w => w.Admin.Sla.CreateSlaPolicyAsync(new() { RequestId = "gold", SlaPolicyId = "other", SlaPolicy = Create("x").SlaPolicy }).ResponseAsync,
            new(InvalidArgument, "REQUEST_ID_REUSED", "request_id")),

        // Fields
        ["policy: no request id"] = (
            w => w.Admin.Sla.CreateSlaPolicyAsync(new() { SlaPolicyId = "p", SlaPolicy = Create("x").SlaPolicy }).ResponseAsync, Field("request_id")),
        ["policy: id is no id"] = (w => w.Admin.Sla.CreateSlaPolicyAsync(Create("Gold!")).ResponseAsync, Field("sla_policy_id")),
        ["policy: none given"] = (
            w => w.Admin.Sla.CreateSlaPolicyAsync(new() { RequestId = "r", SlaPolicyId = "p" }).ResponseAsync, Field("sla_policy")),
        ["policy: promises nothing"] = (
            w => w.Admin.Sla.CreateSlaPolicyAsync(Create("p", p => p.Targets.Clear())).ResponseAsync, Field("sla_policy.targets")),
        ["policy: in no time"] = (
            w => w.Admin.Sla.CreateSlaPolicyAsync(Create("p", p => p.Targets[0].Target = new Duration())).ResponseAsync, Field("sla_policy.targets[0].target")),
        ["policy: in a time that is none"] = (
            w => w.Admin.Sla.CreateSlaPolicyAsync(Create("p", p => p.Targets[0].Target = new Duration { Seconds = long.MaxValue })).ResponseAsync,
            Field("sla_policy.targets[0].target")),
        ["policy: about no metric"] = (
            w => w.Admin.Sla.CreateSlaPolicyAsync(Create("p", p => p.Targets[0].Metric = SlaMetric.Unspecified)).ResponseAsync,
            Field("sla_policy.targets[0].metric")),
        ["policy: business time without calendar"] = (
            w => w.Admin.Sla.CreateSlaPolicyAsync(Create("p", p => p.Targets[0].TimeBase = SlaTimeBase.Business)).ResponseAsync,
            Field("sla_policy.targets[0].time_base")),
        ["policy: an update that breaks it"] = (
            w => w.Admin.Sla.UpdateSlaPolicyAsync(new()
            {
                RequestId = "r", SlaPolicy = new SlaPolicy { Name = Policy }, UpdateMask = FieldMask.FromString("calendar"),
            }).ResponseAsync,
            Field("sla_policy.targets[0].time_base")),
        ["policy: an update of what cannot be changed"] = (
            w => w.Admin.Sla.UpdateSlaPolicyAsync(new()
            {
                RequestId = "r", SlaPolicy = new SlaPolicy { Name = Policy }, UpdateMask = FieldMask.FromString("version"),
            }).ResponseAsync,
            Field("update_mask.paths[0]")),
        ["policy: a page too large"] = (
            w => w.Admin.Sla.ListSlaPoliciesAsync(new() { PageSize = 1_001 }).ResponseAsync, Field("page_size")),
        ["policy: a page token of another list"] = (
            w => w.Admin.Sla.ListSlaPoliciesAsync(new() { PageToken = w.PageToken }).ResponseAsync, new(InvalidArgument, "INVALID_PAGE_TOKEN", "page_token")),
        ["calendar: in no time zone"] = (
            w => w.Admin.Sla.CreateCalendarAsync(new() { RequestId = "r", CalendarId = "c", Calendar = new Calendar { TimeZone = "Atlantis/Down" } }).ResponseAsync,
            Field("calendar.time_zone")),
        ["calendar: hours that are none"] = (
            w => w.Admin.Sla.UpdateCalendarAsync(Update(
                c => c.WeeklyHours.Add(new WeeklyHours { Days = { Weekday.Monday }, StartTime = "9:00", EndTime = "17:00" }), "weekly_hours")).ResponseAsync,
            Field("calendar.weekly_hours[0].start_time")),
        ["calendar: too many holidays"] = (
            w => w.Admin.Sla.UpdateCalendarAsync(Update(
                c => c.Holidays.AddRange(Enumerable.Repeat(new Holiday { Date = "12-25" }, 1_001)), "holidays")).ResponseAsync,
            Field("calendar.holidays")),
        ["expectations: a sentence that names no time"] = (
            w => w.Admin.Sla.UpdateExpectationSettingsAsync(
                Expect(s => s.Sentences.Add(new ExpectationSentences { Language = "en", Open = "Soon." }), "sentences")).ResponseAsync,
            Field("settings.sentences[0].open")),
        ["expectations: too many languages"] = (
            w => w.Admin.Sla.UpdateExpectationSettingsAsync(Expect(
                s => s.Sentences.AddRange(Enumerable.Range(0, 51).Select(i => new ExpectationSentences { Language = $"en-{i}" })), "sentences")).ResponseAsync,
            Field("settings.sentences")),
        ["explain: the future"] = (
            w => w.Admin.Sla.ExplainSlaAsync(new() { Conversation = w.Open, AtTime = At(1) }).ResponseAsync, Field("at_time")),
        ["explain: no conversation's name"] = (w => w.Admin.Sla.ExplainSlaAsync(new() { Conversation = "c" }).ResponseAsync, Field("conversation")),
        ["report: without a beginning"] = (
            w => w.Admin.Sla.GetSlaReportAsync(new() { EndTime = At(0) }).ResponseAsync, Field("start_time")),
        ["report: of two years"] = (
            w => w.Admin.Sla.GetSlaReportAsync(new() { StartTime = At(-24 * 730), EndTime = At(0) }).ResponseAsync, Field("start_time")),
        ["report: of no queue's name"] = (
            w => w.Admin.Sla.GetSlaReportAsync(new() { StartTime = At(-1), EndTime = At(0), Queue = "support" }).ResponseAsync, Field("queue")),
        ["dry run: of nothing"] = (w => w.Admin.Sla.DryRunSlaAsync(DryRun(r => r.Policies.Clear())).ResponseAsync, Field("policies")),
        ["dry run: backwards"] = (w => w.Admin.Sla.DryRunSlaAsync(DryRun(r => r.EndTime = At(-48))).ResponseAsync, Field("end_time")),
        ["dry run: of a year"] = (w => w.Admin.Sla.DryRunSlaAsync(DryRun(r => r.StartTime = At(-24 * 365))).ResponseAsync, Field("start_time")),
        ["dry run: of a million"] = (w => w.Admin.Sla.DryRunSlaAsync(DryRun(r => r.Limit = 1_000_000)).ResponseAsync, Field("limit")),
        ["dry run: by a calendar that is not proposed"] = (
            w => w.Admin.Sla.DryRunSlaAsync(DryRun(r => r.Policies[0].Calendar = Calendar)).ResponseAsync, Field("policies[0].calendar")),
        ["dry run: two policies of a name"] = (
            w => w.Admin.Sla.DryRunSlaAsync(DryRun(r => r.Policies.Add(r.Policies[0].Clone()))).ResponseAsync, Field("policies[1].name")),
    };

    /// <summary>What these requests meet.</summary>
    public static async Task PrepareAsync(BadInputWorld world)
    {
        var hours = new WeeklyHours { Days = { Weekday.Monday }, StartTime = "09:00", EndTime = "17:00" };
        await world.Admin.Sla.CreateCalendarAsync(new CreateCalendarRequest
        {
            RequestId = "office", CalendarId = "office", Calendar = new Calendar { TimeZone = "UTC", WeeklyHours = { hours } },
        });
        // Of a channel on which nobody writes.
        var gold = Create("gold", p =>
        {
            (p.Calendar, p.Match) = (Calendar, new SlaMatch { Channels = { "none" } });
            p.Targets[0].TimeBase = SlaTimeBase.Business;
        });
        gold.RequestId = "gold";
        await world.Admin.Sla.CreateSlaPolicyAsync(gold);
    }

    private static Expected Field(string path) => new(InvalidArgument, "INVALID_REQUEST", path);

    private static Timestamp At(double hours) => Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow().AddHours(hours));

    private static CreateSlaPolicyRequest Create(string id, Action<SlaPolicy>? spoil = null)
    {
        var policy = new SlaPolicy { Targets = { new SlaTarget { Metric = SlaMetric.FirstResponse, Target = new Duration { Seconds = 60 } } } };
        spoil?.Invoke(policy);
        return new CreateSlaPolicyRequest { RequestId = "r", SlaPolicyId = id, SlaPolicy = policy };
    }

    private static UpdateCalendarRequest Update(Action<Calendar> change, string mask)
    {
        var calendar = new Calendar { Name = Calendar };
        change(calendar);
        return new UpdateCalendarRequest { RequestId = "r", Calendar = calendar, UpdateMask = FieldMask.FromString(mask) };
    }

    private static UpdateExpectationSettingsRequest Expect(Action<ExpectationSettings> change, string mask)
    {
        var settings = new ExpectationSettings();
        change(settings);
        return new UpdateExpectationSettingsRequest { RequestId = "r", Settings = settings, UpdateMask = FieldMask.FromString(mask) };
    }

    private static DryRunSlaRequest DryRun(Action<DryRunSlaRequest>? spoil = null)
    {
        var policy = Create("p").SlaPolicy;
        policy.Name = "slaPolicies/p";
        var request = new DryRunSlaRequest { Policies = { policy }, StartTime = At(-24), EndTime = At(0) };
        spoil?.Invoke(request);
        return request;
    }
}
