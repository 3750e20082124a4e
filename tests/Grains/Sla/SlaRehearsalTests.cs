using Engine.Grains.Sla;
using Engine.Grains.Sla.Explaining;
using Engine.Grains.Sla.Policies;
using Engine.Grains.Tests.Sla.Support;
using Engine.V1;
using NodaTime;

namespace Engine.Grains.Tests.Sla;

/// <summary>Policies tried on conversations as they were.</summary>
public sealed class SlaRehearsalTests
{
    private static readonly Instant End = Instant.FromUtc(2026, 6, 3, 12, 0);

    [Fact]
    public void A_stricter_promise_shows_who_would_have_waited_too_long()
    {
        var histories = new[]
        {
            History("conversations/quick", "Mon 2026-06-01 09:00 customer", "Mon 2026-06-01 09:20 agent"),
            History("conversations/slow", "Mon 2026-06-01 09:00 customer", "Mon 2026-06-01 11:00 agent"),
            History("conversations/resolved", "Mon 2026-06-01 09:00 customer", "Mon 2026-06-01 09:10 resolve"),
            History("conversations/waiting", "Wed 2026-06-03 13:59 customer"),
        };

        var eased = Assert.Single(SlaRehearsal.Run(histories, Catalog("4h")).Lines);
        var run = SlaRehearsal.Run(histories, Catalog("30m"));
        var strict = Assert.Single(run.Lines);

        Assert.Equal((4, 2, 0, 0, 1, 1), Counts(eased));
        Assert.Equal((4, 1, 1, 1, 1, 1), Counts(strict));
        Assert.Equal(4, run.ConversationCount);
        var breach = Assert.Single(run.Breaches);
        Assert.Equal("conversations/slow", breach.Conversation);
        Assert.Equal(Instant.FromUtc(2026, 6, 1, 7, 30), breach.Notice.EffectiveTime.ToInstant());
    }

    [Fact]
    public void Many_breaches_are_counted_though_not_all_are_named()
    {
        var history = History("conversations/slow", "Mon 2026-06-01 09:00 customer");
        var run = SlaRehearsal.Run(Enumerable.Repeat(history, 1_500), Catalog("30m"));
        Assert.Equal(1_000, run.Breaches.Count);
        Assert.Equal(500, run.BreachesLeftOut);
        Assert.Equal(1_500, Assert.Single(run.Lines).BreachedCount);
    }

    private static (long, long, long, long, long, long) Counts(SlaDryRunLine line) =>
        (line.DeadlineCount, line.MetCount, line.BreachedCount, line.AtRiskCount, line.CancelledCount, line.OpenCount);

    private static SlaCatalog Catalog(string target) => Script($"promise first {target}").World.Catalog(SlaCatalog.Empty);

    private static SlaHistory History(string name, params string[] lines) => new(name, Script(lines).Run(wakes: false).Moments, End);

    private static SlaScript Script(params string[] lines) =>
        new(string.Join('\n', ["hours Europe/Berlin Mon-Fri 09:00-17:00", .. lines]));
}
