using Engine.Api.Errors;
using Engine.Grains.Expectations;
using Engine.Grains.Sla.Calendars;
using Engine.Grains.Sla.Policies;
using Engine.V1;

namespace Engine.Api.Validation;

/// <summary>
/// Requests of SlaService. What a policy, a calendar or a sentence may say is told by the readers that the engine decides by;
/// here stands what they do not ask: how long texts are, and whether names are names. Of an update only what its mask names is
/// looked at; the catalog reads the whole.
/// </summary>
internal static class SlaRequestRules
{
    private const int TextBytesMax = 255;
    private const int TimeZoneBytesMax = 64;
    private const int TierBytesMax = 64;
    private const int MatchEntriesMax = 100;
    private const int TargetsMax = 4;
    private const int ActionsMax = 20;
    private const int WeeklyHoursMax = 100;
    private const int DaysMax = 1_000;
    private const int SentencesMax = 50;
    private const int ProposalMax = 100;
    private const int ConversationsMax = 20_000;

    private static readonly TimeSpan TargetMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TargetMax = TimeSpan.FromDays(366);
    private static readonly TimeSpan DryRunMax = TimeSpan.FromDays(92);
    private static readonly TimeSpan ReportMax = TimeSpan.FromDays(366);

    private static readonly string[] PolicyPaths =
        ["display_name", "rank", "match", "calendar", "targets", "bot_replies_count", "at_risk_percent", "actions"];

    private static readonly string[] CalendarPaths = ["display_name", "time_zone", "weekly_hours", "holidays", "closures", "extra_hours"];

    private static readonly string[] ExpectationPaths = ["sentences", "tell_revisions", "calendar"];

    public static void Check(CreateSlaPolicyRequest request)
    {
        var check = new Checker();
        check.RequestId(request.RequestId);
        check.Text("sla_policy_id", request.SlaPolicyId).Required().Word();
        if (check.Given("sla_policy", request.SlaPolicy))
        {
            check.Enter("sla_policy");
            check.Policy(request.SlaPolicy);
            check.Leave();
        }

        check.ThrowIfFaulty();
    }

    public static void Check(UpdateSlaPolicyRequest request)
    {
        var check = new Checker();
        check.RequestId(request.RequestId);
        if (check.Given("sla_policy", request.SlaPolicy))
        {
            check.Enter("sla_policy");
            check.Text("name", request.SlaPolicy.Name).Required().SlaPolicy();
            foreach (var path in PolicyPaths)
            {
                if (request.UpdateMask.Names(path)) check.PolicyField(request.SlaPolicy, path);
            }

            check.Leave();
        }

        check.Mask(request.UpdateMask, PolicyPaths);
        check.ThrowIfFaulty();
    }

    public static void Check(GetSlaPolicyRequest request) => CheckPolicyName(request.Name, null);

    public static void Check(DeleteSlaPolicyRequest request) => CheckPolicyName(request.Name, request.RequestId);

    public static void Check(ListSlaPoliciesRequest request) => CheckPage(request.PageSize);

    public static void Check(CreateCalendarRequest request)
    {
        var check = new Checker();
        check.RequestId(request.RequestId);
        check.Text("calendar_id", request.CalendarId).Required().Word();
        if (check.Given("calendar", request.Calendar))
        {
            check.Enter("calendar");
            check.Calendar(request.Calendar);
            check.Leave();
        }

        check.ThrowIfFaulty();
    }

    public static void Check(UpdateCalendarRequest request)
    {
        var check = new Checker();
        check.RequestId(request.RequestId);
        if (check.Given("calendar", request.Calendar))
        {
            check.Enter("calendar");
            check.Text("name", request.Calendar.Name).Required().Calendar();
            foreach (var path in CalendarPaths)
            {
                if (request.UpdateMask.Names(path)) check.CalendarField(request.Calendar, path);
            }

            check.Leave();
        }

        check.Mask(request.UpdateMask, CalendarPaths);
        check.ThrowIfFaulty();
    }

    public static void Check(GetCalendarRequest request) => CheckCalendarName(request.Name, null);

    public static void Check(DeleteCalendarRequest request) => CheckCalendarName(request.Name, request.RequestId);

    public static void Check(ListCalendarsRequest request) => CheckPage(request.PageSize);

    /// <param name="now">Engine time: the future cannot be explained.</param>
    public static void Check(ExplainSlaRequest request, DateTimeOffset now)
    {
        var check = new Checker();
        check.Text("conversation", request.Conversation).Required().Conversation();
        check.Time("at_time", request.AtTime);
        if (!check.HasFaults && request.AtTime?.ToDateTimeOffset() > now) check.Fault("at_time", FieldReasons.OutOfRange, "must not be in the future");
        check.ThrowIfFaulty();
    }

    public static void Check(DryRunSlaRequest request)
    {
        var check = new Checker();
        check.Count("policies", request.Policies.Count, 1, ProposalMax);
        check.Count("calendars", request.Calendars.Count, 0, ProposalMax);
        check.Period(request.StartTime, request.EndTime, DryRunMax);
        check.Number("limit", request.Limit, 0, ConversationsMax);
        check.ThrowIfFaulty();
        check.Proposal(request);
        check.ThrowIfFaulty();
    }

    public static void Check(GetSlaReportRequest request)
    {
        var check = new Checker();
        check.Period(request.StartTime, request.EndTime, ReportMax);
        check.Text("queue", request.Queue).Queue();
        check.ThrowIfFaulty();
    }

    public static void Check(UpdateExpectationSettingsRequest request)
    {
        var check = new Checker();
        check.RequestId(request.RequestId);
        if (check.Given("settings", request.Settings))
        {
            check.Enter("settings");
            if (request.UpdateMask.Names("sentences"))
            {
                check.Count("sentences", request.Settings.Sentences.Count, 0, SentencesMax);
                if (request.Settings.Sentences.Count <= SentencesMax) check.Include(SentenceBook.Create(request.Settings.Sentences).Rejection);
            }

            if (request.UpdateMask.Names("calendar")) check.Text("calendar", request.Settings.Calendar).Calendar();
            check.Leave();
        }

        check.Mask(request.UpdateMask, ExpectationPaths);
        check.ThrowIfFaulty();
    }

    /// <summary>All that can be said of a policy without its catalog.</summary>
    private static void Policy(this ref Checker check, SlaPolicy policy)
    {
        var before = check.Faults;
        foreach (var path in PolicyPaths) check.PolicyField(policy, path);
        // The reader counts on durations that are some.
        if (check.Faults == before) check.Include(PolicyRules.Create(policy).Rejection);
    }

    private static void PolicyField(this ref Checker check, SlaPolicy policy, string path)
    {
        switch (path)
        {
            case "display_name": check.Text(path, policy.DisplayName).AtMost(TextBytesMax); break;
            case "match": check.Match(policy.Match); break;
            case "calendar": check.Text(path, policy.Calendar).Calendar(); break;
            case "targets": check.Targets(policy); break;
            case "actions": check.Actions(policy); break;
        }
    }

    private static void Match(this ref Checker check, SlaMatch? match)
    {
        if (match is null) return;
        check.Enter("match");
        check.Distinct("queues", match.Queues, MatchEntriesMax, static text => text.Queue());
        check.Distinct("channels", match.Channels, MatchEntriesMax, static text => text.Channel());
        check.Count("priorities", match.Priorities.Count, 0, (int)Priority.Urgent);
        check.Distinct("customer_tiers", match.CustomerTiers, MatchEntriesMax, static text => text.AtMost(TierBytesMax).Intact());
        check.Leave();
    }

    private static void Targets(this ref Checker check, SlaPolicy policy)
    {
        check.Count("targets", policy.Targets.Count, 1, TargetsMax);
        for (var i = 0; i < Math.Min(policy.Targets.Count, TargetsMax); i++)
        {
            check.Enter("targets", i);
            if (check.Given("target", policy.Targets[i].Target)) check.Span("target", policy.Targets[i].Target, TargetMin, TargetMax);
            check.Count("pause_statuses", policy.Targets[i].PauseStatuses.Count, 0, 2);
            check.Leave();
        }
    }

    private static void Actions(this ref Checker check, SlaPolicy policy)
    {
        check.Count("actions", policy.Actions.Count, 0, ActionsMax);
        for (var i = 0; i < Math.Min(policy.Actions.Count, ActionsMax); i++)
        {
            var action = policy.Actions[i];
            check.Enter("actions", i);
            check.Count("metrics", action.Metrics.Count, 0, TargetsMax);
            if (action.ActionCase == SlaAction.ActionOneofCase.MoveToQueue) check.Text("move_to_queue", action.MoveToQueue).Required().Queue();
            if (action.ActionCase == SlaAction.ActionOneofCase.Notify) check.Text("notify", action.Notify).Required().AtMost(TierBytesMax).Intact();
            check.Leave();
        }
    }

    private static void Calendar(this ref Checker check, Calendar calendar)
    {
        var before = check.Faults;
        foreach (var path in CalendarPaths) check.CalendarField(calendar, path);
        if (check.Faults == before) check.Include(BusinessCalendar.Create(calendar).Rejection);
    }

    private static void CalendarField(this ref Checker check, Calendar calendar, string path)
    {
        switch (path)
        {
            case "display_name": check.Text(path, calendar.DisplayName).AtMost(TextBytesMax); break;
            case "time_zone": check.Text(path, calendar.TimeZone).Required().AtMost(TimeZoneBytesMax); break;
            case "weekly_hours": check.Count(path, calendar.WeeklyHours.Count, 0, WeeklyHoursMax); break;
            case "holidays": check.Count(path, calendar.Holidays.Count, 0, DaysMax); break;
            case "closures": check.Count(path, calendar.Closures.Count, 0, DaysMax); break;
            case "extra_hours": check.Count(path, calendar.ExtraHours.Count, 0, DaysMax); break;
        }
    }

    private static void Proposal(this ref Checker check, DryRunSlaRequest request)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < request.Calendars.Count; i++)
        {
            check.Enter("calendars", i);
            check.Text("name", request.Calendars[i].Name).Required().Calendar();
            if (!names.Add(request.Calendars[i].Name)) check.Duplicate("name");
            check.Calendar(request.Calendars[i]);
            check.Leave();
        }

        for (var i = 0; i < request.Policies.Count; i++)
        {
            var policy = request.Policies[i];
            check.Enter("policies", i);
            check.Text("name", policy.Name).Required().SlaPolicy();
            if (!names.Add(policy.Name)) check.Duplicate("name");
            check.Policy(policy);
            if (policy.Calendar.Length > 0 && !names.Contains(policy.Calendar))
                check.Fault("calendar", FieldReasons.NotAllowed, "is not among the calendars of the proposal");
            check.Leave();
        }
    }

    private static void Period(
        this ref Checker check, Google.Protobuf.WellKnownTypes.Timestamp? start, Google.Protobuf.WellKnownTypes.Timestamp? end, TimeSpan most)
    {
        var before = check.Faults;
        check.Time("start_time", start, required: true);
        check.Time("end_time", end, required: true);
        if (check.Faults > before) return;
        var length = end!.ToDateTimeOffset() - start!.ToDateTimeOffset();
        if (length <= TimeSpan.Zero) check.Fault("end_time", FieldReasons.OutOfRange, "must be later than start_time");
        else if (length > most) check.Fault("start_time", FieldReasons.OutOfRange, $"can be at most {most.TotalDays:0} days before end_time");
    }

    private static void CheckPolicyName(string name, string? requestId)
    {
        var check = new Checker();
        if (requestId is not null) check.RequestId(requestId);
        check.Text("name", name).Required().SlaPolicy();
        check.ThrowIfFaulty();
    }

    private static void CheckCalendarName(string name, string? requestId)
    {
        var check = new Checker();
        if (requestId is not null) check.RequestId(requestId);
        check.Text("name", name).Required().Calendar();
        check.ThrowIfFaulty();
    }

    private static void CheckPage(int pageSize)
    {
        var check = new Checker();
        check.PageSize(pageSize);
        check.ThrowIfFaulty();
    }
}
