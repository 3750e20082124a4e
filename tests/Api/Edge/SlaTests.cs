using Engine.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Engine.Api.Tests.Edge;

/// <summary>SlaService over the wire to the real grains: rules, what they make of conversations, and what became of them.</summary>
public sealed class SlaTests(EngineServer server) : IClassFixture<EngineServer>
{
    private readonly string _run = $"r{Guid.NewGuid().ToString("n")[..12]}";

    private SlaService.SlaServiceClient Sla => server.Admin.Sla;

    private string Policy => $"slaPolicies/{_run}";

    [Fact]
    public async Task Policies_are_created_read_listed_by_rank_changed_and_deleted()
    {
        var created = new List<SlaPolicy>();
        foreach (var (id, rank) in new[] { ("c", 900_002), ("a", 900_001), ("b", 900_001) })
        {
            var request = Create($"{_run}-{id}", p => (p.Rank, p.DisplayName) = (rank, id));
            created.Add(await Sla.CreateSlaPolicyAsync(request));
            Assert.Equal(created[^1], await Sla.CreateSlaPolicyAsync(request));
        }

        Assert.Equal((1, "v1"), (created[0].Version, created[0].Etag));
        Assert.Equal(created[0], await Sla.GetSlaPolicyAsync(new GetSlaPolicyRequest { Name = created[0].Name }));

        var listed = new List<string>();
        for (var token = ""; ;)
        {
            var page = await Sla.ListSlaPoliciesAsync(new ListSlaPoliciesRequest { PageSize = 2, PageToken = token });
            Assert.InRange(page.SlaPolicies.Count, 1, 2);
            listed.AddRange(page.SlaPolicies.Select(p => p.Name).Where(n => n.Contains(_run, StringComparison.Ordinal)));
            if ((token = page.NextPageToken).Length == 0) break;
        }

        Assert.Equal([$"{Policy}-a", $"{Policy}-b", $"{Policy}-c"], listed);

        var update = new UpdateSlaPolicyRequest
        {
            RequestId = $"update-{_run}",
            SlaPolicy = new SlaPolicy { Name = created[0].Name, DisplayName = "new", Rank = 1, Etag = "v1" },
            UpdateMask = FieldMask.FromString("display_name"),
        };
        var updated = await Sla.UpdateSlaPolicyAsync(update);
        Assert.Equal(("new", 900_002, 2), (updated.DisplayName, updated.Rank, updated.Version));
        Assert.Equal(created[0].Targets, updated.Targets);
        Assert.Equal(updated, await Sla.UpdateSlaPolicyAsync(update));

        var delete = new DeleteSlaPolicyRequest { RequestId = $"delete-{_run}", Name = created[0].Name };
        await Sla.DeleteSlaPolicyAsync(delete);
        await Sla.DeleteSlaPolicyAsync(delete);
        var gone = await Assert.ThrowsAsync<RpcException>(() => Sla.GetSlaPolicyAsync(new GetSlaPolicyRequest { Name = created[0].Name }).ResponseAsync);
        Assert.Equal("SLA_POLICY_NOT_FOUND", Details.Of(gone).Info.Reason);
    }

    [Fact]
    public async Task Calendars_are_created_read_listed_by_name_changed_and_deleted_once_nothing_names_them()
    {
        foreach (var id in new[] { "y", "x" })
        {
            var calendar = await Sla.CreateCalendarAsync(new CreateCalendarRequest { RequestId = $"{_run}-{id}", CalendarId = $"{_run}-{id}", Calendar = Hours() });
            Assert.Equal(calendar, await Sla.GetCalendarAsync(new GetCalendarRequest { Name = calendar.Name }));
        }

        var listed = await Sla.ListCalendarsAsync(new ListCalendarsRequest { PageSize = 1_000 });
        Assert.Equal([$"calendars/{_run}-x", $"calendars/{_run}-y"], listed.Calendars.Select(c => c.Name).Where(n => n.Contains(_run, StringComparison.Ordinal)));

        var change = new Calendar { Name = $"calendars/{_run}-x", Holidays = { new Holiday { Date = "12-25", DisplayName = "Natal" } } };
        var updated = await Sla.UpdateCalendarAsync(
            new UpdateCalendarRequest { RequestId = $"update-{_run}", Calendar = change, UpdateMask = FieldMask.FromString("holidays") });
        Assert.Equal((2, "Europe/Lisbon", "12-25"), (updated.Version, updated.TimeZone, updated.Holidays.Single().Date));

        await Sla.CreateSlaPolicyAsync(Create(_run, p => p.Calendar = change.Name));
        var used = await Assert.ThrowsAsync<RpcException>(() => DeleteAsync("1", change.Name));
        Assert.Equal((StatusCode.FailedPrecondition, "CALENDAR_IN_USE", Policy), (used.StatusCode, Details.Of(used).Info.Reason, Details.Of(used).Info.Metadata["resource"]));
        await Sla.DeleteSlaPolicyAsync(new DeleteSlaPolicyRequest { RequestId = $"delete-{_run}", Name = Policy });
        await DeleteAsync("2", change.Name);
        Assert.Equal(
            "CALENDAR_NOT_FOUND",
            Details.Of(await Assert.ThrowsAsync<RpcException>(() => Sla.GetCalendarAsync(new GetCalendarRequest { Name = change.Name }).ResponseAsync)).Info.Reason);
    }

    [Fact]
    public async Task An_answer_in_time_is_explained_reported_and_rehearsed()
    {
        var begin = TimeProvider.System.GetUtcNow().AddMinutes(-1);
        await Sla.CreateSlaPolicyAsync(Create(_run, p => p.Match = new SlaMatch { Channels = { _run } }));
        var conversation = await ReceiveAsync("m1");
        var waiting = await PromisedAsync(conversation);
        var deadline = Assert.Single(waiting.Deadlines);
        Assert.Equal((SlaMetric.FirstResponse, 3_600L), (deadline.Metric, deadline.Target.Seconds));
        Assert.NotNull(deadline.DeadlineTime);
        Assert.Equal((SlaRulesCause.Begin, Policy), (waiting.RulesChanges.Single().Cause, waiting.RulesChanges.Single().To.Policy));

        var agent = await AgentAsync();
        await agent.Conversations.SendMessageAsync(new SendMessageRequest { RequestId = "answer", Conversation = conversation, Content = new Content { Text = "Here." } });
        var answered = await Sla.ExplainSlaAsync(new ExplainSlaRequest { Conversation = conversation });
        deadline = Assert.Single(answered.Deadlines);
        Assert.Equal(SlaNoticeKind.Met, deadline.Notices.Single().Kind);
        Assert.Equal(SlaIntervalReason.Counted, deadline.Intervals[^1].Reason);
        Assert.Equal(deadline.Counted, deadline.Intervals[^1].Counted);
        // As it stood before there was an answer.
        var before = await Sla.ExplainSlaAsync(new ExplainSlaRequest { Conversation = conversation, AtTime = waiting.AtTime });
        Assert.Empty(Assert.Single(before.Deadlines).Notices);

        var period = (Start: Timestamp.FromDateTimeOffset(begin), End: Timestamp.FromDateTimeOffset(begin.AddHours(1)));
        var report = await Until.Async(
            async () => await Sla.GetSlaReportAsync(new GetSlaReportRequest { StartTime = period.Start, EndTime = period.End }),
            r => r.Lines.Any(l => l.Policy == Policy),
            "the answer is counted");
        var line = report.Lines.Single(l => l.Policy == Policy);
        Assert.Equal((SlaMetric.FirstResponse, 1, 0, 1.0), (line.Metric, line.MetCount, line.BreachedCount, line.Attained));
        Assert.Empty((await Sla.GetSlaReportAsync(new GetSlaReportRequest { StartTime = period.Start, EndTime = period.End, Queue = "queues/elsewhere" })).Lines);

        var strict = Create("", p => (p.Name, p.Match) = ("slaPolicies/strict", new SlaMatch { Channels = { _run } })).SlaPolicy;
        strict.Targets.Add(new SlaTarget { Metric = SlaMetric.Resolution, Target = new Duration { Seconds = 86_400 } });
        var rehearsed = await Sla.DryRunSlaAsync(new DryRunSlaRequest { Policies = { strict }, StartTime = period.Start, EndTime = period.End });
        Assert.True(rehearsed.ConversationCount >= 1);
        Assert.Equal(
            [(SlaMetric.FirstResponse, 1L, 1L, 0L), (SlaMetric.Resolution, 1L, 0L, 1L)],
            rehearsed.Lines.Select(l => (l.Metric, l.DeadlineCount, l.MetCount, l.OpenCount)));
        Assert.Empty((await Sla.DryRunSlaAsync(new DryRunSlaRequest { Policies = { strict }, StartTime = Timestamp.FromDateTimeOffset(begin.AddDays(-9)), EndTime = period.Start })).Lines);
        Assert.All(
            (await Sla.ListSlaPoliciesAsync(new ListSlaPoliciesRequest { PageSize = 1_000 })).SlaPolicies, p => Assert.NotEqual("slaPolicies/strict", p.Name));
    }

    [Fact]
    public async Task A_changed_policy_reaches_an_open_conversation_that_nobody_touches()
    {
        await Sla.CreateSlaPolicyAsync(Create(_run, p => p.Match = new SlaMatch { Channels = { _run } }));
        var conversation = await ReceiveAsync("m1");
        Assert.Equal(1, (await PromisedAsync(conversation)).RulesChanges.Single().To.PolicyVersion);
        var change = Create(_run).SlaPolicy;
        (change.Name, change.Targets[0].Target) = (Policy, new Duration { Seconds = 60 });
        await Sla.UpdateSlaPolicyAsync(
            new UpdateSlaPolicyRequest { RequestId = $"update-{_run}", SlaPolicy = change, UpdateMask = FieldMask.FromString("targets") });

        var explained = await Until.Async(
            async () => await Sla.ExplainSlaAsync(new ExplainSlaRequest { Conversation = conversation }), e => e.RulesChanges.Count == 2, "rolled out");
        Assert.Equal((SlaRulesCause.Policy, 1, 2), (explained.RulesChanges[1].Cause, explained.RulesChanges[1].From.PolicyVersion, explained.RulesChanges[1].To.PolicyVersion));
        Assert.Equal(60, explained.Deadlines.Single().Target.Seconds);

        await Sla.DeleteSlaPolicyAsync(new DeleteSlaPolicyRequest { RequestId = $"delete-{_run}", Name = Policy });
        await Until.Async(
            async () => await server.Admin.Conversations.GetConversationAsync(new GetConversationRequest { Name = conversation }),
            c => c.Sla is null || c.Sla.Deadlines.All(d => d.Mode == SlaClockMode.NoTarget || d.DeadlineTime is null),
            "nothing is promised any more");
    }

    [Fact]
    public async Task Expectations_are_what_an_administrator_says()
    {
        var before = await Sla.GetExpectationSettingsAsync(new GetExpectationSettingsRequest());
        Assert.NotEmpty(before.Etag);
        var sentences = new ExpectationSentences { Language = "de", Open = "Antwort bis {latest}." };
        var request = new UpdateExpectationSettingsRequest
        {
            RequestId = $"expect-{_run}",
            Settings = new ExpectationSettings { Sentences = { sentences }, TellRevisions = true, Etag = before.Etag },
            UpdateMask = FieldMask.FromString("sentences"),
        };
        var updated = await Sla.UpdateExpectationSettingsAsync(request);
        Assert.Equal((sentences, false), (updated.Sentences.Single(), updated.TellRevisions));
        Assert.Equal(updated, await Sla.GetExpectationSettingsAsync(new GetExpectationSettingsRequest()));
        request.RequestId = $"again-{_run}";
        var stale = await Assert.ThrowsAsync<RpcException>(() => Sla.UpdateExpectationSettingsAsync(request).ResponseAsync);
        Assert.Equal((StatusCode.Aborted, "ETAG_MISMATCH", updated.Etag), (stale.StatusCode, Details.Of(stale).Info.Reason, Details.Of(stale).Info.Metadata["current"]));
    }

    private static Calendar Hours() => new()
    {
        TimeZone = "Europe/Lisbon",
        WeeklyHours = { new WeeklyHours { Days = { Weekday.Monday, Weekday.Friday }, StartTime = "09:00", EndTime = "17:00" } },
    };

    private CreateSlaPolicyRequest Create(string id, Action<SlaPolicy>? change = null)
    {
        var policy = new SlaPolicy
        {
            Match = new SlaMatch { Channels = { "none" } },
            Targets = { new SlaTarget { Metric = SlaMetric.FirstResponse, Target = new Duration { Seconds = 3_600 } } },
        };
        change?.Invoke(policy);
        return new CreateSlaPolicyRequest { RequestId = $"create-{id}-{_run}", SlaPolicyId = id, SlaPolicy = policy };
    }

    private async Task DeleteAsync(string request, string name) =>
        await Sla.DeleteCalendarAsync(new DeleteCalendarRequest { RequestId = $"{request}-{_run}", Name = name });

    private async Task<string> ReceiveAsync(string id)
    {
        // The channel is this test's own, and so is what is promised on it.
        var received = await server.Admin.Inbound.ReceiveMessageAsync(new ReceiveMessageRequest
        {
            RequestId = $"{id}-{_run}", Channel = _run, Address = $"visitor-{_run}", ExternalId = id, Content = new Content { Text = "Where is my order?" },
        });
        return received.Conversation;
    }

    /// <summary>A silo may learn of a policy some seconds later; then its rollout makes the promise.</summary>
    private Task<SlaExplanation> PromisedAsync(string conversation) => Until.Async(
        async () => await Sla.ExplainSlaAsync(new ExplainSlaRequest { Conversation = conversation }), e => e.Deadlines.Count == 1, "promised");

    private async Task<Clients> AgentAsync()
    {
        await server.Admin.Agents.CreateAgentAsync(new CreateAgentRequest { RequestId = $"agent-{_run}", AgentId = _run });
        return await server.WithRoleAsync(Role.Agent, $"agents/{_run}");
    }
}
