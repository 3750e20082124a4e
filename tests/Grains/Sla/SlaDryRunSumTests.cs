using Engine.Grains.Sla.Explaining;
using Engine.V1;

namespace Engine.Grains.Tests.Sla;

public sealed class SlaDryRunSumTests
{
    [Fact]
    public void Batches_add_up_by_policy_and_metric_and_breaches_are_bounded()
    {
        var sum = new SlaDryRunSum();
        for (var batch = 0; batch < 3; batch++)
        {
            var run = new SlaDryRun { ConversationCount = 400, BreachesLeftOut = 1 };
            run.Lines.Add(new SlaDryRunLine { Policy = "slaPolicies/b", Metric = SlaMetric.Resolution, DeadlineCount = 5, MetCount = 2, OpenCount = 3 });
            run.Lines.Add(new SlaDryRunLine { Policy = "slaPolicies/a", Metric = SlaMetric.FirstResponse, DeadlineCount = 3, BreachedCount = 1, AtRiskCount = 2, CancelledCount = 2 });
            run.Breaches.AddRange(Enumerable.Range(0, 400).Select(i => new SlaDryRunBreach { Conversation = $"conversations/{batch}-{i}" }));
            sum.Add(run);
        }

        var total = sum.Total();
        Assert.Equal((1_200, 1_000, 203), (total.ConversationCount, total.Breaches.Count, total.BreachesLeftOut));
        Assert.Equal(["slaPolicies/a", "slaPolicies/b"], total.Lines.Select(l => l.Policy));
        Assert.Equal((9L, 3L, 6L, 6L), (total.Lines[0].DeadlineCount, total.Lines[0].BreachedCount, total.Lines[0].AtRiskCount, total.Lines[0].CancelledCount));
        Assert.Equal((15L, 6L, 9L), (total.Lines[1].DeadlineCount, total.Lines[1].MetCount, total.Lines[1].OpenCount));
        Assert.Equal("conversations/2-199", total.Breaches[^1].Conversation);
    }
}
