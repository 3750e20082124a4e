using Engine.Grains.Catalogs;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;
using static Engine.Grains.Tests.Catalogs.Rules;

namespace Engine.Grains.Tests.Catalogs;

public sealed class CatalogCoreTests
{
    private static readonly Timestamp Now = Timestamp.FromDateTimeOffset(new DateTimeOffset(2026, 11, 27, 12, 0, 0, TimeSpan.Zero));
    private static readonly Author Admin = new() { Type = AuthorType.Bot, Name = "keys/admin" };

    private CatalogState _state = CatalogState.None;
    private long _commits;

    [Fact]
    public void Create_GivesTheValueItsNameTimesVersionAndEtag()
    {
        var given = Policy();
        (given.Name, given.Version, given.Etag) = ("slaPolicies/other", 9, "mine");
        var policy = Do(CatalogCore.CreatePolicy(_state, CreatePolicy("gold", given), Admin, Now)).SlaPolicy;
        Assert.Equal(("slaPolicies/gold", 1, "v1", Now, Now), (policy.Name, policy.Version, policy.Etag, policy.CreateTime, policy.UpdateTime));
        Assert.Equal("slaPolicies/other", given.Name);
        Assert.Equal(1, _state.Version);
        Assert.Equal("SLA_POLICY_EXISTS", CatalogCore.CreatePolicy(_state, CreatePolicy("gold"), Admin, Now).Rejection!.Reason);
    }

    [Fact]
    public void Update_ChangesWhatTheMaskNamesOnly_ListsWhole()
    {
        Do(CatalogCore.CreatePolicy(_state, CreatePolicy("gold", Policy(rank: 7)), Admin, Now));
        var given = Policy(rank: 8, minutes: 5);
        (given.Name, given.DisplayName, given.BotRepliesCount) = ("slaPolicies/gold", "Gold", true);
        given.Targets.Add(new SlaTarget { Metric = SlaMetric.Resolution, Target = Duration.FromTimeSpan(TimeSpan.FromDays(1)) });
        var changed = Do(CatalogCore.UpdatePolicy(
            _state, new UpdateSlaPolicyRequest { SlaPolicy = given, UpdateMask = Mask("targets", "display_name") }, Admin, Now)).SlaPolicy;
        Assert.Equal((7, "Gold", false, 2, 2, "v2"), (changed.Rank, changed.DisplayName, changed.BotRepliesCount, changed.Targets.Count, changed.Version, changed.Etag));

        // What the mask names and the request lacks is cleared.
        var cleared = Do(CatalogCore.UpdatePolicy(_state, Update(new SlaPolicy { Name = "slaPolicies/gold" }, "rank", "display_name"), Admin, Now)).SlaPolicy;
        Assert.Equal((0, "", 2), (cleared.Rank, cleared.DisplayName, cleared.Targets.Count));
    }

    [Theory]
    [InlineData("name")]
    [InlineData("version")]
    [InlineData("etag")]
    [InlineData("create_time")]
    [InlineData("update_time")]
    [InlineData("match.queues")]
    [InlineData("nothing")]
    public void Update_OfWhatCannotBeChanged_IsRefused(string path)
    {
        Do(CatalogCore.CreatePolicy(_state, CreatePolicy("gold"), Admin, Now));
        var rejection = CatalogCore.UpdatePolicy(_state, Update(new SlaPolicy { Name = "slaPolicies/gold" }, path), Admin, Now).Rejection!;
        Assert.Equal(("update_mask", "UNKNOWN_PATH"), (rejection.Fields[0].Field, rejection.Fields[0].Reason));
    }

    [Fact]
    public void Update_WithAnotherEtag_IsRefusedWithTheCurrentOne()
    {
        Do(CatalogCore.CreatePolicy(_state, CreatePolicy("gold"), Admin, Now));
        var rejection = CatalogCore.UpdatePolicy(_state, Update(new SlaPolicy { Name = "slaPolicies/gold", Etag = "v9" }, "rank"), Admin, Now).Rejection!;
        Assert.Equal(("ETAG_MISMATCH", "v1"), (rejection.Reason, rejection.Metadata["current"]));
        var routing = new RoutingSettings { Etag = "v0", LiveUnits = 30 };
        Do(CatalogCore.UpdateRouting(_state, new UpdateRoutingSettingsRequest { Settings = routing, UpdateMask = Mask("live_units") }, Admin, Now));
        Assert.Equal("v2", CatalogCore.UpdateRouting(
            _state, new UpdateRoutingSettingsRequest { Settings = routing, UpdateMask = Mask("live_units") }, Admin, Now).Rejection!.Metadata["current"]);
    }

    [Fact]
    public void Update_OfSettings_TellsZeroFromAbsent()
    {
        var settings = new RoutingSettings { PendingPercent = 0, ChannelUnits = { ["email"] = 5 } };
        Do(CatalogCore.UpdateRouting(
            _state, new UpdateRoutingSettingsRequest { Settings = settings, UpdateMask = Mask("pending_percent", "channel_units") }, Admin, Now));
        Assert.True(_state.Routing.HasPendingPercent);
        Assert.Equal(5, _state.Routing.ChannelUnits["email"]);
        Do(CatalogCore.UpdateRouting(
            _state, new UpdateRoutingSettingsRequest { Settings = new RoutingSettings(), UpdateMask = Mask("pending_percent", "channel_units") }, Admin, Now));
        Assert.False(_state.Routing.HasPendingPercent);
        Assert.Empty(_state.Routing.ChannelUnits);
    }

    [Fact]
    public void Faults_NameTheFieldOfTheRequest()
    {
        var policy = Policy(rank: -1);
        policy.Targets.Add(new SlaTarget());
        var rejection = CatalogCore.CreatePolicy(_state, CreatePolicy("gold", policy), Admin, Now).Rejection!;
        Assert.Equal(["sla_policy.rank", "sla_policy.targets[1].metric", "sla_policy.targets[1].target"], rejection.Fields.Select(f => f.Field));
        Assert.Equal("sla_policy.rank", rejection.Metadata["field"]);
        Assert.Equal(
            "calendar.time_zone", CatalogCore.CreateCalendar(_state, CreateCalendar("c", Calendar("Atlantis/Down")), Admin, Now).Rejection!.Fields[0].Field);
        var sentences = new ExpectationSettings { Sentences = { new ExpectationSentences { Language = "en", Open = "Soon." } } };
        Assert.Equal("settings.sentences[0].open", CatalogCore.UpdateExpectations(
            _state, new UpdateExpectationSettingsRequest { Settings = sentences, UpdateMask = Mask("sentences") }, Admin, Now).Rejection!.Fields[0].Field);
    }

    [Fact]
    public void What_is_named_must_exist()
    {
        void Refused(string reason, string field, Rejection? rejection) =>
            Assert.Equal((reason, field, RejectionKind.Invalid), (rejection!.Reason, rejection.Fields[0].Field, rejection.Kind));
        Refused("UNKNOWN_CALENDAR", "sla_policy.calendar", CatalogCore.CreatePolicy(_state, CreatePolicy("a", Policy("calendars/none")), Admin, Now).Rejection);
        Refused("UNKNOWN_QUEUE", "sla_policy.match.queues[0]", CatalogCore.CreatePolicy(_state, CreatePolicy("a", Policy(queue: "queues/none")), Admin, Now).Rejection);
        var moves = Policy();
        moves.Actions.Add(new SlaAction { On = SlaNoticeKind.Breached, MoveToQueue = "queues/none" });
        Refused("UNKNOWN_QUEUE", "sla_policy.actions[0].move_to_queue", CatalogCore.CreatePolicy(_state, CreatePolicy("a", moves), Admin, Now).Rejection);
        Refused("UNKNOWN_CALENDAR", "queue.calendar", CatalogCore.CreateQueue(_state, CreateQueue("q", new Queue { Calendar = "calendars/none" }), Admin, Now).Rejection);
        var relaxes = new Queue { RelaxSteps = { new RelaxStep { AlsoQueues = { "queues/q", "queues/none" } } } };
        Refused("UNKNOWN_QUEUE", "queue.relax_steps[0].also_queues[1]", CatalogCore.CreateQueue(_state, CreateQueue("q", relaxes), Admin, Now).Rejection);
        Refused("UNKNOWN_CALENDAR", "settings.calendar", CatalogCore.UpdateExpectations(
            _state,
            new UpdateExpectationSettingsRequest { Settings = new ExpectationSettings { Calendar = "calendars/none" }, UpdateMask = Mask("calendar") },
            Admin,
            Now).Rejection);
        Assert.Equal("SLA_POLICY_NOT_FOUND", CatalogCore.DeletePolicy(_state, new DeleteSlaPolicyRequest { Name = "slaPolicies/a" }, Admin).Rejection!.Reason);
        Assert.Equal("CALENDAR_NOT_FOUND", CatalogCore.DeleteCalendar(_state, new DeleteCalendarRequest { Name = "calendars/a" }, Admin).Rejection!.Reason);
        Assert.Equal("QUEUE_NOT_FOUND", CatalogCore.UpdateQueue(
            _state, new UpdateQueueRequest { Queue = new Queue { Name = "queues/q" }, UpdateMask = Mask("rank") }, Admin, Now).Rejection!.Reason);
    }

    [Fact]
    public void A_calendar_in_use_stays()
    {
        Do(CatalogCore.CreateCalendar(_state, CreateCalendar("hours"), Admin, Now));
        var delete = new DeleteCalendarRequest { Name = "calendars/hours" };
        var free = _state;
        Do(CatalogCore.CreatePolicy(_state, CreatePolicy("gold", Policy("calendars/hours")), Admin, Now));
        Assert.Equal(("CALENDAR_IN_USE", "slaPolicies/gold"), InUse(delete));
        _state = free;
        Do(CatalogCore.CreateQueue(_state, CreateQueue("q", new Queue { Calendar = "calendars/hours" }), Admin, Now));
        Assert.Equal(("CALENDAR_IN_USE", "queues/q"), InUse(delete));
        _state = free;
        Do(CatalogCore.UpdateExpectations(
            _state,
            new UpdateExpectationSettingsRequest { Settings = new ExpectationSettings { Calendar = "calendars/hours" }, UpdateMask = Mask("calendar") },
            Admin,
            Now));
        Assert.Equal(("CALENDAR_IN_USE", "expectationSettings"), InUse(delete));
        _state = free;
        Do(CatalogCore.DeleteCalendar(_state, delete, Admin));
        Assert.Empty(_state.Calendars);
    }

    [Fact]
    public void A_name_that_is_used_again_goes_on_counting()
    {
        Do(CatalogCore.CreatePolicy(_state, CreatePolicy("gold"), Admin, Now));
        Do(CatalogCore.UpdatePolicy(_state, Update(new SlaPolicy { Name = "slaPolicies/gold", Rank = 3 }, "rank"), Admin, Now));
        Do(CatalogCore.DeletePolicy(_state, new DeleteSlaPolicyRequest { Name = "slaPolicies/gold" }, Admin));
        var again = Do(CatalogCore.CreatePolicy(_state, CreatePolicy("gold"), Admin, Now)).SlaPolicy;
        Assert.Equal((3, "v3"), (again.Version, again.Etag));
        Assert.Equal([1L, 2L, 4L], new long[] { 1, 2, 3 }.Select(v => _state.Versions.Find("slaPolicies/gold", v)!.Value));
    }

    [Fact]
    public void Numbers_are_limited()
    {
        for (var i = 0; i < CatalogCore.PoliciesMax; i++) Do(CatalogCore.CreatePolicy(_state, CreatePolicy($"p{i}"), Admin, Now));
        for (var i = 0; i < CatalogCore.CalendarsMax; i++) Do(CatalogCore.CreateCalendar(_state, CreateCalendar($"c{i}"), Admin, Now));
        for (var i = 0; i < CatalogCore.QueuesMax; i++) Do(CatalogCore.CreateQueue(_state, CreateQueue($"q{i}"), Admin, Now));
        void Full(string limit, string maximum, Rejection? rejection) => Assert.Equal(
            ("QUOTA_EXCEEDED", limit, maximum), (rejection!.Reason, rejection.Metadata["limit"], rejection.Metadata["maximum"]));
        Full("sla_policies_per_workspace", "100", CatalogCore.CreatePolicy(_state, CreatePolicy("more"), Admin, Now).Rejection);
        Full("calendars_per_workspace", "100", CatalogCore.CreateCalendar(_state, CreateCalendar("more"), Admin, Now).Rejection);
        Full("queues_per_workspace", "1000", CatalogCore.CreateQueue(_state, CreateQueue("more"), Admin, Now).Rejection);
    }

    [Fact]
    public void The_whole_is_limited_too()
    {
        var large = Calendar();
        large.Closures.AddRange(Enumerable.Range(0, 1_000).Select(i => new CalendarPeriod
        {
            StartTime = "2026-01-01T00:00", EndTime = "2026-01-02T00:00", DisplayName = new string('x', 250),
        }));
        Rejection? rejection = null;
        for (var i = 0; rejection is null; i++)
        {
            var decision = CatalogCore.CreateCalendar(_state, CreateCalendar($"c{i}", large), Admin, Now);
            rejection = decision.Rejection;
            if (rejection is null) Do(decision);
        }

        Assert.Equal("catalog_bytes_per_workspace", rejection.Metadata["limit"]);
        Assert.InRange(_state.ToMessage().CalculateSize(), CatalogCore.BytesMax - 400_000, CatalogCore.BytesMax);
        // What makes it smaller is welcome.
        var small = new UpdateCalendarRequest { Calendar = new Calendar { Name = "calendars/c0" }, UpdateMask = Mask("closures") };
        Do(CatalogCore.UpdateCalendar(_state, small, Admin, Now));
    }

    [Fact]
    public void Only_what_promises_rest_on_is_rolled_out()
    {
        void Expect(long version) => Assert.Equal(version, _state.RolloutVersion);
        Do(CatalogCore.CreateCalendar(_state, CreateCalendar("hours"), Admin, Now));
        Do(CatalogCore.UpdateCalendar(_state, UpdateHours("18:00"), Admin, Now));
        Do(CatalogCore.CreateQueue(_state, CreateQueue("q"), Admin, Now));
        Expect(0);
        Do(CatalogCore.CreatePolicy(_state, CreatePolicy("gold", Policy("calendars/hours")), Admin, Now));
        Expect(4);
        Do(CatalogCore.UpdateRouting(_state, new UpdateRoutingSettingsRequest { Settings = new RoutingSettings(), UpdateMask = Mask("live_units") }, Admin, Now));
        Expect(4);
        Do(CatalogCore.UpdateCalendar(_state, UpdateHours("19:00"), Admin, Now));
        Expect(6);
        Assert.True(_state.IsRollingOut);
        Do(CatalogCore.Progress(_state, 6, "c-5"));
        Assert.Equal((true, 6L), (_state.IsRollingOut, _state.Version));
        Assert.Equal("ROLLOUT_OUTDATED", CatalogCore.Progress(_state, 4, "").Rejection!.Reason);
        Do(CatalogCore.Progress(_state, 6, ""));
        Assert.False(_state.IsRollingOut);
        Do(CatalogCore.DeletePolicy(_state, new DeleteSlaPolicyRequest { Name = "slaPolicies/gold" }, Admin));
        Expect(7);
    }

    [Fact]
    public void Versions_AreForgottenOldestFirst_TheNewestOfEachNameNever()
    {
        var index = VersionIndex.Empty.With("calendars/quiet", 1, 1);
        for (var i = 1; i <= VersionIndex.EntriesMax; i++) index = index.With("calendars/busy", i, i + 1);
        Assert.InRange(index.Count, VersionIndex.EntriesMax / 2, VersionIndex.EntriesMax / 2 + 1);
        Assert.Equal((1L, 1L), (index.Newest("calendars/quiet"), index.Find("calendars/quiet", 1)));
        Assert.Null(index.Find("calendars/busy", 1));
        Assert.Equal(VersionIndex.EntriesMax + 1, index.Find("calendars/busy", VersionIndex.EntriesMax));
        var stored = VersionIndex.Of(index.ToMessages());
        Assert.Equal((index.Count, VersionIndex.EntriesMax), (stored.Count, (int)stored.Newest("calendars/busy")));
    }

    private static UpdateSlaPolicyRequest Update(SlaPolicy policy, params string[] paths) => new() { SlaPolicy = policy, UpdateMask = Mask(paths) };

    private static UpdateCalendarRequest UpdateHours(string end)
    {
        var calendar = Calendar(end: end);
        calendar.Name = "calendars/hours";
        return new UpdateCalendarRequest { Calendar = calendar, UpdateMask = Mask("weekly_hours") };
    }

    private (string Reason, string Resource) InUse(DeleteCalendarRequest request)
    {
        var rejection = CatalogCore.DeleteCalendar(_state, request, Admin).Rejection!;
        return (rejection.Reason, rejection.Metadata["resource"]);
    }

    private CatalogCommit Do(Decision<CatalogChange> decision)
    {
        Assert.Null(decision.Rejection);
        _state = CatalogCore.Apply(_state, decision.Change!.Commit, ++_commits);
        return decision.Change.Commit;
    }
}
