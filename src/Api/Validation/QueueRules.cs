using Engine.Api.Errors;
using Engine.V1;
using Google.Protobuf.Collections;

namespace Engine.Api.Validation;

/// <summary>Requests of QueueService. Whether the queues and calendars that they name exist is the catalog's to say.</summary>
internal static class QueueRules
{
    private const int DisplayNameBytesMax = 255;
    private const int RankMax = 1_000_000;
    private const int MatchEntriesMax = 100;
    private const int RelaxStepsMax = 10;
    private const int DropSkillsMax = 20;
    private const int AlsoQueuesMax = 10;
    private const int UnitsMax = 10_000;
    private const int ChannelUnitsMax = 100;
    private const int HeldAgentsMax = 10;
    private const int ExplainLimitMax = 100;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan OfferTimeoutMin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan OfferTimeoutMax = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan RelaxAfterMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RelaxAfterMax = TimeSpan.FromDays(7);
    private static readonly TimeSpan LiveIdleMin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan DisconnectGraceMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DisconnectGraceMax = TimeSpan.FromHours(1);
    private static readonly TimeSpan DryRunMax = TimeSpan.FromDays(31);

    private static readonly string[] QueuePaths =
    [
        "display_name", "rank", "match", "agent_choice", "offer_timeout", "preferred_wait", "required_skills", "match_language", "relax_steps",
        "calendar", "archived", "held_agents_max", "held_agents_percent",
    ];

    private static readonly string[] SettingsPaths =
    [
        "asynchronous_units", "live_units", "callback_units", "channel_units", "pending_percent", "snoozed_percent", "absence_grace",
        "live_idle", "disconnect_grace",
    ];

    public static void Check(CreateQueueRequest request)
    {
        var check = new Checker();
        check.RequestId(request.RequestId);
        check.Text("queue_id", request.QueueId).Required().Word();
        if (request.Queue is { } queue)
        {
            check.Enter("queue");
            foreach (var path in QueuePaths) check.QueueField(queue, path);
            check.Leave();
        }

        check.ThrowIfFaulty();
    }

    public static void Check(GetQueueRequest request) => CheckName(request.Name);

    public static void Check(GetQueueStatusRequest request) => CheckName(request.Name);

    public static void Check(ListQueuesRequest request)
    {
        var check = new Checker();
        check.PageSize(request.PageSize);
        check.ThrowIfFaulty();
    }

    /// <summary>Values that the mask does not name are ignored, right or wrong.</summary>
    public static void Check(UpdateQueueRequest request)
    {
        var check = new Checker();
        check.RequestId(request.RequestId);
        if (check.Given("queue", request.Queue))
        {
            check.Enter("queue");
            check.Text("name", request.Queue.Name).Required().Queue();
            foreach (var path in QueuePaths)
            {
                if (request.UpdateMask.Names(path)) check.QueueField(request.Queue, path);
            }

            check.Leave();
        }

        check.Mask(request.UpdateMask, QueuePaths);
        check.ThrowIfFaulty();
    }

    /// <inheritdoc cref="Check(UpdateQueueRequest)"/>
    public static void Check(UpdateRoutingSettingsRequest request)
    {
        var check = new Checker();
        check.RequestId(request.RequestId);
        if (check.Given("settings", request.Settings))
        {
            check.Enter("settings");
            foreach (var path in SettingsPaths)
            {
                if (request.UpdateMask.Names(path)) check.SettingsField(request.Settings, path);
            }

            check.Leave();
        }

        check.Mask(request.UpdateMask, SettingsPaths);
        check.ThrowIfFaulty();
    }

    public static void Check(ExplainAssignmentRequest request)
    {
        var check = new Checker();
        check.Text("conversation", request.Conversation).Required().Conversation();
        check.Number("limit", request.Limit, 0, ExplainLimitMax);
        check.ThrowIfFaulty();
    }

    /// <param name="now">Engine time: a dry run is of the past.</param>
    public static void Check(DryRunRoutingRequest request, DateTimeOffset now)
    {
        var check = new Checker();
        if (check.Given("queue", request.Queue))
        {
            check.Enter("queue");
            check.Text("name", request.Queue.Name).Required().Queue();
            foreach (var path in QueuePaths) check.QueueField(request.Queue, path);
            check.Leave();
        }

        if (request.Settings is { } settings)
        {
            check.Enter("settings");
            foreach (var path in SettingsPaths) check.SettingsField(settings, path);
            check.Leave();
        }

        check.Time("start_time", request.StartTime, required: true);
        check.Time("end_time", request.EndTime, required: true);
        if (!check.HasFaults)
        {
            var (start, end) = (request.StartTime.ToDateTimeOffset(), request.EndTime.ToDateTimeOffset());
            if (end <= start) check.Fault("end_time", FieldReasons.OutOfRange, "must be later than start_time");
            else if (end - start > DryRunMax) check.Fault("start_time", FieldReasons.OutOfRange, "can be at most 31 days before end_time");
            else if (end > now) check.Fault("end_time", FieldReasons.OutOfRange, "must not be in the future");
        }

        check.ThrowIfFaulty();
    }

    private static void QueueField(this ref Checker check, Queue queue, string path)
    {
        switch (path)
        {
            case "display_name": check.Text(path, queue.DisplayName).AtMost(DisplayNameBytesMax); break;
            case "rank": check.Number(path, queue.Rank, 0, RankMax); break;
            case "match": check.Match(queue.Match); break;
            case "agent_choice": check.AgentChoice(queue.AgentChoice); break;
            case "offer_timeout": check.Span(path, queue.OfferTimeout, OfferTimeoutMin, OfferTimeoutMax); break;
            case "preferred_wait": check.Span(path, queue.PreferredWait, TimeSpan.Zero, Day); break;
            case "required_skills": check.RequiredSkills(queue.RequiredSkills); break;
            case "relax_steps": check.RelaxSteps(queue.RelaxSteps); break;
            case "held_agents_max" when queue.HasHeldAgentsMax: check.Number(path, queue.HeldAgentsMax, 0, HeldAgentsMax); break;
            case "held_agents_percent" when queue.HasHeldAgentsPercent: check.Number(path, queue.HeldAgentsPercent, 1, 100); break;
            case "calendar": check.Text(path, queue.Calendar).Calendar(); break;
        }
    }

    private static void SettingsField(this ref Checker check, RoutingSettings settings, string path)
    {
        switch (path)
        {
            case "asynchronous_units": check.Number(path, settings.AsynchronousUnits, 0, UnitsMax); break;
            case "live_units": check.Number(path, settings.LiveUnits, 0, UnitsMax); break;
            case "callback_units": check.Number(path, settings.CallbackUnits, 0, UnitsMax); break;
            case "channel_units": check.ChannelUnits(settings.ChannelUnits); break;
            case "pending_percent": check.Number(path, settings.PendingPercent, 0, 100); break;
            case "snoozed_percent": check.Number(path, settings.SnoozedPercent, 0, 100); break;
            case "absence_grace": check.Span(path, settings.AbsenceGrace, TimeSpan.Zero, Day); break;
            case "live_idle": check.Span(path, settings.LiveIdle, LiveIdleMin, Day); break;
            case "disconnect_grace": check.Span(path, settings.DisconnectGrace, DisconnectGraceMin, DisconnectGraceMax); break;
        }
    }

    private static void Match(this ref Checker check, QueueMatch? match)
    {
        if (match is null) return;
        check.Enter("match");
        check.Distinct("channels", match.Channels, MatchEntriesMax, static text => text.Channel());
        check.Distinct("languages", match.Languages, MatchEntriesMax, static text => text.Language());
        check.Distinct("customer_tiers", match.CustomerTiers, MatchEntriesMax, static text => text.Word());
        check.Distinct("tags", match.Tags, MatchEntriesMax, static text => text.Label());
        check.Leave();
    }

    /// <summary>The other rules are what decisions say of themselves, not what a queue can be set to.</summary>
    private static void AgentChoice(this ref Checker check, RoutingRule rule)
    {
        if (rule is RoutingRule.Preferred or RoutingRule.ByHand)
            check.Fault("agent_choice", FieldReasons.NotAllowed, "can be MOST_SPARE, MOST_SPARE_SHARE or ROUND_ROBIN");
        else check.Enum("agent_choice", (int)rule, (int)RoutingRule.RoundRobin);
    }

    private static void RelaxSteps(this ref Checker check, RepeatedField<RelaxStep> steps)
    {
        check.Count("relax_steps", steps.Count, 0, RelaxStepsMax);
        for (var i = 0; i < Math.Min(steps.Count, RelaxStepsMax); i++)
        {
            var step = steps[i];
            check.Enter("relax_steps", i);
            if (check.Given("after", step.After)) check.Span("after", step.After, RelaxAfterMin, RelaxAfterMax);
            if (!check.HasFaults && i > 0 && step.After.ToTimeSpan() <= steps[i - 1].After.ToTimeSpan())
                check.Fault("after", FieldReasons.OutOfRange, "must be later than the step before");
            check.Distinct("drop_skills", step.DropSkills, DropSkillsMax, static text => text.Label());
            check.Distinct("also_queues", step.AlsoQueues, AlsoQueuesMax, static text => text.Queue());
            check.Leave();
        }
    }

    private static void ChannelUnits(this ref Checker check, MapField<string, int> units)
    {
        check.Count("channel_units", units.Count, 0, ChannelUnitsMax);
        foreach (var (channel, value) in units)
        {
            if (channel.Length == 0 || !Formats.IsChannel(channel))
                check.Fault("channel_units", FieldReasons.InvalidFormat, "is no channel", key: channel);
            else if (value is < 1 or > UnitsMax)
                check.Fault("channel_units", FieldReasons.OutOfRange, $"must be 1 to {UnitsMax}, is {value}", key: channel, maximum: UnitsMax);
        }
    }

    private static void CheckName(string name)
    {
        var check = new Checker();
        check.Text("name", name).Required().Queue();
        check.ThrowIfFaulty();
    }
}
