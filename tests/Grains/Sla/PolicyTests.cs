using Engine.Grains.Sla;
using Engine.Grains.Sla.Clocks;
using Engine.Grains.Sla.Policies;
using Engine.V1;
using NodaTime;
using Duration = NodaTime.Duration;

namespace Engine.Grains.Tests.Sla;

public sealed class PolicyTests
{
    private static readonly Instant Now = Instant.FromUtc(2026, 6, 1, 9, 0);

    [Fact]
    public void Faults_are_told_together()
    {
        var policy = new SlaPolicy { Rank = -1, AtRiskPercent = 100, Match = new SlaMatch { Queues = { "main" }, CustomerTiers = { "" } } };
        policy.Targets.Add(new SlaTarget { Target = Duration.FromHours(1).ToProto() });
        policy.Targets.Add(Target(SlaMetric.Resolution, Duration.FromDays(367)));
        policy.Targets.Add(new SlaTarget { Metric = SlaMetric.FirstResponse, Target = Duration.FromHours(1).ToProto(), TimeBase = SlaTimeBase.Business });
        policy.Targets.Add(new SlaTarget { Metric = SlaMetric.NextResponse, Target = Duration.FromHours(1).ToProto(), PauseStatuses = { ConversationStatus.Open } });
        policy.Targets.Add(Target(SlaMetric.PeriodicUpdate, Duration.FromHours(1)));
        policy.Targets.Add(Target(SlaMetric.PeriodicUpdate, Duration.FromHours(2)));
        policy.Actions.Add(new SlaAction { On = SlaNoticeKind.Met });
        policy.Actions.Add(new SlaAction { On = SlaNoticeKind.Breached, MoveToQueue = "main" });

        Assert.Equal(
            [
                "rank OUT_OF_RANGE", "at_risk_percent OUT_OF_RANGE", "match.customer_tiers[0] OUT_OF_RANGE", "match.queues[0] INVALID_NAME",
                "targets[0].metric REQUIRED", "targets[1].target OUT_OF_RANGE", "targets[2].time_base CALENDAR_REQUIRED",
                "targets[3].pause_statuses UNKNOWN_VALUE", "targets[5].metric REPEATED", "actions[0].on UNKNOWN_VALUE",
                "actions[0].action REQUIRED", "actions[1].move_to_queue INVALID_NAME",
            ],
            PolicyRules.Create(policy).Rejection!.Fields.Select(f => $"{f.Field} {f.Reason}"));
    }

    [Fact]
    public void A_calendar_that_does_not_exist_is_refused()
    {
        var policy = Policy("slaPolicies/a", 1);
        policy.Calendar = "calendars/none";
        Assert.Equal("UNKNOWN_CALENDAR", SlaCatalog.Empty.With([policy], []).Rejection!.Fields[0].Reason);
    }

    [Fact]
    public void Rank_decides_and_then_the_name()
    {
        var (a, b, first) = (Policy("slaPolicies/a", 1), Policy("slaPolicies/b", 1), Policy("slaPolicies/z", 0));
        Assert.Equal("slaPolicies/z", Catalog(SlaCatalog.Empty, b, a, first).Choose(SlaSubject.None).Policy);
        Assert.Equal("slaPolicies/a", Catalog(SlaCatalog.Empty, b, a).Choose(SlaSubject.None).Policy);
    }

    [Fact]
    public void A_conversation_counts_on_by_what_it_knows_when_the_catalog_is_older()
    {
        var old = Catalog(SlaCatalog.Empty, Policy("slaPolicies/a", 0));
        var changed = Policy("slaPolicies/a", 0);
        changed.Version = 2;
        var newer = Catalog(old, changed);
        var state = SlaCore.Decide(SlaState.None, Customer(Now), newer).State;

        Assert.False(SlaCore.IsOutdated(state, newer));
        Assert.False(old.Holds(state.Rules));
        Assert.True(newer.Holds(state.Rules));
        Assert.Equal(2, SlaCore.Decide(state, new SlaMoment(Now), old.Knowing(
            [PolicyRules.Create(changed).Change!], [])).State.Rules!.PolicyVersion);
    }

    [Fact]
    public void A_catalog_without_the_version_that_counts_is_refused()
    {
        var changed = Policy("slaPolicies/a", 0);
        changed.Version = 2;
        var state = SlaCore.Decide(SlaState.None, Customer(Now), Catalog(SlaCatalog.Empty, changed)).State;
        Assert.Throws<KeyNotFoundException>(() => SlaCore.Decide(
            state, new SlaMoment(Now) { Status = ConversationStatus.Snoozed }, Catalog(SlaCatalog.Empty, Policy("slaPolicies/a", 0))));
    }

    [Fact]
    public void Open_conversations_are_outdated_when_their_rules_change_and_resolved_ones_are_not()
    {
        var before = Catalog(SlaCatalog.Empty, Policy("slaPolicies/a", 0));
        var changed = Policy("slaPolicies/a", 0);
        changed.Version = 2;
        var after = Catalog(before, changed);
        var open = SlaCore.Decide(SlaState.None, Customer(Now), before).State;
        var resolved = SlaCore.Decide(open, new SlaMoment(Now) { Status = ConversationStatus.Resolved }, before).State;

        Assert.True(SlaCore.IsOutdated(open, after));
        Assert.False(SlaCore.IsOutdated(resolved, after));
        var told = Assert.Single(SlaCore.Decide(open, new SlaMoment(Now + Duration.FromMinutes(5)), after).Events, e => e.RulesChanged is not null).RulesChanged;
        Assert.Equal((SlaRulesCause.Policy, 1L, 2L), (told.Cause, told.From.PolicyVersion, told.To.PolicyVersion));
        Assert.Equal(Now + Duration.FromMinutes(5), told.EffectiveTime.ToInstant());
    }

    [Fact]
    public void Actions_are_those_of_the_notice()
    {
        var policy = Policy("slaPolicies/a", 0);
        policy.Actions.Add(new SlaAction { On = SlaNoticeKind.AtRisk, RaisePriority = Priority.High });
        policy.Actions.Add(new SlaAction { On = SlaNoticeKind.Breached, Metrics = { SlaMetric.Resolution }, Notify = "lead" });
        policy.Actions.Add(new SlaAction { On = SlaNoticeKind.Breached, Metrics = { SlaMetric.FirstResponse }, MoveToQueue = "queues/late" });
        var rules = PolicyRules.Create(policy).Change!;
        var action = Assert.Single(rules.ActionsOn(new SlaNotice { Kind = SlaNoticeKind.Breached, Metric = SlaMetric.FirstResponse }));
        Assert.Equal("queues/late", action.MoveToQueue);
    }

    [Fact]
    public void The_state_stays_small()
    {
        var catalog = Catalog(SlaCatalog.Empty, Policy("slaPolicies/a", 0));
        var (state, now) = (SlaState.None, Now);
        for (var i = 0; i < 2_000; i++)
        {
            now += Duration.FromSeconds(61);
            state = SlaCore.Decide(state, i % 2 == 0 ? Customer(now) : new SlaMoment(now) { Message = SlaMessage.Person, Status = ConversationStatus.Pending }, catalog).State;
        }

        Assert.InRange(state.ToSnapshot().CalculateSize(), 1, 600);
    }

    [Fact]
    public void The_state_tells_who_waits_since_when_and_until_when()
    {
        var catalog = Catalog(SlaCatalog.Empty, Policy("slaPolicies/a", 0));
        var waiting = SlaCore.Decide(SlaState.None, Customer(Now), catalog).State;
        Assert.Equal(Now, waiting.UnansweredSince);
        Assert.Equal(Now + Duration.FromHours(1), waiting.ResponseDeadline);
        Assert.Equal(Now + Duration.FromHours(1), waiting.NextDeadline);
        Assert.Equal(Now + Duration.FromMinutes(48), waiting.NextDue);
        Assert.Equal([SlaMetric.FirstResponse, SlaMetric.Resolution], waiting.ToPublic().Deadlines.Select(d => d.Metric));

        var reply = new SlaMoment(Now + Duration.FromMinutes(10)) { Message = SlaMessage.Person, Status = ConversationStatus.Pending };
        var answered = SlaCore.Decide(waiting, reply, catalog).State;
        Assert.Null(answered.UnansweredSince);
        Assert.Null(answered.ResponseDeadline);
        Assert.Equal([SlaMetric.PeriodicUpdate, SlaMetric.Resolution], answered.ToPublic().Deadlines.Select(d => d.Metric));

        var asked = SlaCore.Decide(answered, Customer(Now + Duration.FromMinutes(20)), catalog).State;
        Assert.Equal(Now + Duration.FromMinutes(20), asked.UnansweredSince);
        Assert.Equal(Now + Duration.FromMinutes(140), asked.ResponseDeadline);
    }

    private static SlaMoment Customer(Instant at) => new(at) { Message = SlaMessage.Customer, Status = ConversationStatus.Open };

    private static SlaCatalog Catalog(SlaCatalog before, params SlaPolicy[] policies) => before.With(policies, []).Change!;

    private static SlaPolicy Policy(string name, int rank) => new()
    {
        Name = name,
        Rank = rank,
        Version = 1,
        Targets =
        {
            Target(SlaMetric.FirstResponse, Duration.FromHours(1)),
            Target(SlaMetric.NextResponse, Duration.FromHours(2)),
            Target(SlaMetric.PeriodicUpdate, Duration.FromHours(8)),
            Target(SlaMetric.Resolution, Duration.FromDays(2)),
        },
    };

    private static SlaTarget Target(SlaMetric metric, Duration target) => new() { Metric = metric, Target = target.ToProto() };
}
