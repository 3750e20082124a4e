using Engine.Grains.Sla;
using Engine.Grains.Sla.Clocks;
using Engine.Grains.Sla.Explaining;
using Engine.Grains.Tests.Support;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Duration = Google.Protobuf.WellKnownTypes.Duration;

namespace Engine.Grains.Tests.Sla;

/// <summary>Promises as conversations' actors keep them: through crashes, late wakes and changed rules.</summary>
public sealed class KeepingPromisesTests
{
    private static readonly Queue[] Queues = [new() { Name = "queues/main", Match = new QueueMatch() }, new() { Name = "queues/rescue" }, new() { Name = "queues/old", Archived = true }];

    [Theory]
    [InlineData(nameof(Fault.BeforeWrite))]
    [InlineData(nameof(Fault.AfterWrite))]
    public async Task Each_notice_is_told_once_with_its_instant_though_the_actor_dies_and_wakes_late(string fault)
    {
        await using var shop = await RuledShop.OpenAsync(ShopCatalog.With(Queues, [Policy(60)]));
        var started = await shop.StartAsync();
        shop.Time.Advance(TimeSpan.FromMinutes(50));
        shop.Stores.Journal.OnAppend = (_, _) => System.Enum.Parse<Fault>(fault);
        await shop.WakeAsync(started.Name);
        Assert.True(shop.Stores.Journal.Appends > 0, "Nothing was committed that could have failed.");
        shop.Stores.Journal.Reset();
        await shop.RestartAsync();

        await shop.WakeAsync(started.Name);
        await shop.WakeAsync(started.Name);
        shop.Time.Advance(TimeSpan.FromHours(9));
        await shop.RestartAsync();
        // A message wakes it as well as a tick: what was due before is told before.
        await Task.WhenAll(shop.SayAsync(started.Name, Callers.Agent("ana")), shop.WakeAsync(started.Name), shop.WakeAsync(started.Name));

        var begin = started.CreateTime.ToInstant();
        var notices = await shop.NoticesAsync(started.Name);
        Assert.Equal([SlaNoticeKind.AtRisk, SlaNoticeKind.Breached, SlaNoticeKind.MetLate], notices.Select(n => n.Kind));
        Assert.Equal(begin + NodaTime.Duration.FromMinutes(48), notices[0].EffectiveTime.ToInstant());
        Assert.Equal(begin + NodaTime.Duration.FromMinutes(60), notices[1].EffectiveTime.ToInstant());
        Assert.True(notices[2].EffectiveTime.ToInstant() > begin + NodaTime.Duration.FromHours(9), "Met when it was answered.");
        Assert.Single(notices.Select(n => n.DeadlineId).Distinct());
    }

    [Fact]
    public async Task The_reminder_is_there_before_the_deadline_that_needs_it()
    {
        await using var shop = await RuledShop.OpenAsync(ShopCatalog.With(Queues, [Policy(60)]));
        var name = (await shop.StartAsync()).Name;

        var row = Assert.Single((await shop.Stores.Reminders.ReadRows(0, 0)).Reminders);

        var created = (await shop.GetAsync(name)).CreateTime.ToDateTime();
        // Halfway to what the customer was told it looks whether that still holds.
        Assert.InRange(row.StartAt, created.AddMinutes(29), created.AddMinutes(35));
        shop.Time.Advance(TimeSpan.FromMinutes(46));
        await shop.WakeAsync(name);
        row = Assert.Single((await shop.Stores.Reminders.ReadRows(0, 0)).Reminders);
        Assert.InRange(row.StartAt, created.AddMinutes(47), created.AddMinutes(48).AddSeconds(5));
        // Answered; the tick finds nothing to do and takes the reminder away.
        await shop.SayAsync(name, Callers.Agent("ana"));
        shop.Time.Advance(TimeSpan.FromMinutes(3));
        await shop.WakeAsync(name);
        Assert.Empty((await shop.Stores.Reminders.ReadRows(0, 0)).Reminders);
        Assert.Equal([SlaNoticeKind.Met], (await shop.NoticesAsync(name)).Select(n => n.Kind));
    }

    [Fact]
    public async Task Without_policies_nothing_is_recorded_and_no_reminder_written()
    {
        await using var shop = await RuledShop.OpenAsync(ShopCatalog.With(Queues));
        var name = (await shop.StartAsync()).Name;
        await shop.SayAsync(name, Callers.Agent("ana"));
        await shop.SayAsync(name, Callers.Integration, AuthorType.Customer);

        Assert.DoesNotContain(await shop.EventsAsync(name), e => e.Sla is not null || e.Expectation is not null);
        Assert.Empty((await shop.Stores.Reminders.ReadRows(0, 0)).Reminders);
        var conversation = await shop.GetAsync(name);
        Assert.Null(conversation.Sla);
        Assert.Equal(conversation.LastMessageTime, (await shop.CommitsAsync(name))[^1].Conversation.Summary.UnansweredTime);
    }

    [Fact]
    public async Task A_policy_that_comes_later_counts_from_then_on_and_says_so_also_after_a_restart()
    {
        await using var shop = await RuledShop.OpenAsync(ShopCatalog.With(Queues));
        var name = (await shop.StartAsync()).Name;
        shop.Time.Advance(TimeSpan.FromMinutes(30));
        shop.Rules = ShopCatalog.With(Queues, [Policy(60)], before: shop.Rules);

        await shop.Conversation(name).RecomputePromisesAsync(shop.Rules.Version);
        await shop.Conversation(name).RecomputePromisesAsync(shop.Rules.Version);
        var changedAt = shop.Now;
        await shop.RestartAsync();

        var first = Assert.Single((await shop.GetAsync(name)).Sla.Deadlines, d => d.Metric == SlaMetric.FirstResponse);
        Assert.Equal((await shop.GetAsync(name)).CreateTime, first.BeginTime);
        Assert.InRange(first.DeadlineTime.ToDateTimeOffset(), changedAt.AddMinutes(59), changedAt.AddMinutes(60));

        shop.Time.Advance(TimeSpan.FromMinutes(20));
        shop.Rules = ShopCatalog.With(Queues, [Policy(15, version: 2)], before: shop.Rules);
        await shop.Conversation(name).RecomputePromisesAsync(shop.Rules.Version);

        var changes = (await shop.EventsAsync(name)).Where(e => e.Sla?.RulesChanged is not null).Select(e => e.Sla.RulesChanged).ToList();
        Assert.Equal([SlaRulesCause.Begin, SlaRulesCause.Policy], changes.Select(c => c.Cause));
        Assert.Equal((1L, 2L), (changes[1].From.PolicyVersion, changes[1].To.PolicyVersion));
        // Twenty minutes have counted, fifteen are allowed now.
        Assert.Equal([SlaNoticeKind.Breached], (await shop.NoticesAsync(name)).Select(n => n.Kind));
        var watched = (await shop.Conversation(name).ReadCommitsAsync(new() { Limit = 100 })).Result.Commits_.SelectMany(c => c.Events).ToList();
        Assert.Equal(2, watched.Count(e => e.SlaRulesChanged is not null));
        Assert.Equal(1, watched.Count(e => e.SlaNotice is not null));
        Assert.DoesNotContain(watched, e => e.EventCase == ConversationEvent.EventOneofCase.None);
    }

    [Fact]
    public async Task Actions_stand_in_the_commit_of_their_notice_and_once()
    {
        var policy = Policy(60);
        policy.Actions.Add(new SlaAction { On = SlaNoticeKind.AtRisk, RaisePriority = Priority.High });
        policy.Actions.Add(new SlaAction { On = SlaNoticeKind.Breached, RaisePriority = Priority.Normal });
        policy.Actions.Add(new SlaAction { On = SlaNoticeKind.Breached, MoveToQueue = "queues/rescue" });
        policy.Actions.Add(new SlaAction { On = SlaNoticeKind.Breached, MoveToQueue = "queues/old" });
        policy.Actions.Add(new SlaAction { On = SlaNoticeKind.Breached, Notify = "team-lead" });
        policy.Actions.Add(new SlaAction { On = SlaNoticeKind.Breached, Notify = "other", Metrics = { SlaMetric.Resolution } });
        await using var shop = await RuledShop.OpenAsync(ShopCatalog.With(Queues, [policy]));
        var started = await shop.StartAsync();
        await shop.AssignReservedAsync(started.Name, "main", "ana", "r1");
        shop.Time.Advance(TimeSpan.FromMinutes(50));
        await shop.WakeAsync(started.Name);
        Assert.Equal((Priority.High, "queues/main"), ((await shop.GetAsync(started.Name)).Priority, (await shop.GetAsync(started.Name)).Queue));
        shop.Time.Advance(TimeSpan.FromMinutes(20));
        await shop.WakeAsync(started.Name);
        await shop.WakeAsync(started.Name);

        var moved = await shop.GetAsync(started.Name);

        // A higher priority stays; a queue that takes nothing is not moved to; who had it does not have it any more.
        Assert.Equal((Priority.High, "queues/rescue", "", started.WaitBeginTime), (moved.Priority, moved.Queue, moved.Assignee, moved.WaitBeginTime));
        var breach = Assert.Single(await shop.CommitsAsync(started.Name), c => c.Conversation.Events.Any(e => e.Sla?.Notice?.Kind == SlaNoticeKind.Breached));
        var labels = Assert.Single(breach.Conversation.Events, e => e.SlaNotified is not null).SlaNotified;
        Assert.Equal(["team-lead"], labels.Labels);
        Assert.Equal(QueueChangeReason.SlaAction, Assert.Single(breach.Conversation.Events, e => e.QueueChanged is not null).QueueChanged.Reason);
        Assert.Equal(2, (await shop.NoticesAsync(started.Name)).Count);
    }

    [Fact]
    public async Task A_snooze_that_ended_is_told_before_what_came_later()
    {
        var policy = Policy(60);
        policy.Targets[0].PauseStatuses.Add(ConversationStatus.Snoozed);
        await using var shop = await RuledShop.OpenAsync(ShopCatalog.With(Queues, [policy]));
        var name = (await shop.StartAsync()).Name;
        var until = shop.Now.AddMinutes(30);
        await shop.Conversation(name).SnoozeAsync(
            new() { RequestId = shop.Request(), Name = name, UntilTime = Timestamp.FromDateTimeOffset(until) }, Callers.Admin);
        shop.Time.Advance(TimeSpan.FromMinutes(70));

        await shop.SayAsync(name, Callers.Agent("ana"));

        var commits = await shop.CommitsAsync(name);
        var end = Assert.Single(commits, c => c.Conversation.Events.Any(e => e.StatusChanged is { From: ConversationStatus.Snoozed }));
        Assert.Equal(until, end.Conversation.Events[0].StatusChanged.EffectiveTime.ToDateTimeOffset());
        Assert.Same(commits[^2], end);
        // Forty minutes have counted of sixty: met, neither at risk nor broken by the time aside.
        Assert.Equal([SlaNoticeKind.Met], (await shop.NoticesAsync(name)).Select(n => n.Kind));
    }

    [Fact]
    public async Task Histories_are_read_from_the_journal_for_explanations_and_dry_runs()
    {
        await using var shop = await RuledShop.OpenAsync(ShopCatalog.With(Queues, [Policy(60)]));
        var name = (await shop.StartAsync()).Name;
        shop.Time.Advance(TimeSpan.FromMinutes(70));
        await shop.Conversation(name).AddNoteAsync(new() { RequestId = shop.Request(), Conversation = name, Content = new() { Text = "note" } }, Callers.Admin);
        var answer = await shop.SayAsync(name, Callers.Agent("ana"));
        var histories = shop.Silo.Services.GetRequiredService<IConversationHistories>();
        var id = name["conversations/".Length..];

        var history = (await histories.ReadAsync(Callers.Workspace, id, shop.Now.ToInstant()))!;

        Assert.Equal([SlaMessage.Customer, SlaMessage.Person], history.Passed.Moments.Select(m => m.Message));
        Assert.Equal(("main", "gold"), (history.Passed.Moments[0].Subject!.Queue, history.Passed.Moments[0].Subject!.Tier));
        var explained = Assert.Single(
            SlaExplainer.Explain(history.Events, shop.Now.ToInstant(), shop.Rules.Sla).Deadlines, d => d.Metric == SlaMetric.FirstResponse);
        Assert.Equal([SlaNoticeKind.AtRisk, SlaNoticeKind.Breached, SlaNoticeKind.MetLate], explained.Notices.Select(n => n.Kind));
        var generous = SlaRehearsal.Run([history.Passed], ShopCatalog.With(Queues, [Policy(120)]).Sla);
        Assert.Equal((1, 0), (generous.Lines.Single().MetCount, generous.BreachesLeftOut));
        Assert.Empty(generous.Breaches);
        var before = (await histories.ReadAsync(Callers.Workspace, id, answer.CreateTime.ToInstant() - NodaTime.Duration.FromTicks(1)))!;
        Assert.Single(before.Passed.Moments);
        Assert.Null(await histories.ReadAsync(Callers.Workspace, "nobody", shop.Now.ToInstant()));
        Assert.Null(await histories.ReadAsync(Callers.Workspace, id, Instant.FromUtc(2020, 1, 1, 0, 0)));
    }

    private static SlaPolicy Policy(int minutes, long version = 1) => new()
    {
        Name = "slaPolicies/standard",
        Version = version,
        Targets = { new SlaTarget { Metric = SlaMetric.FirstResponse, Target = Duration.FromTimeSpan(TimeSpan.FromMinutes(minutes)) } },
    };
}
