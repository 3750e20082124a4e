using Engine.LoadTests.Chaos.Faults;

namespace Engine.LoadTests.Tests.Chaos;

public sealed class FaultScheduleTests
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Downtime = TimeSpan.FromSeconds(15);

    [Fact]
    public void Same_seed_plans_the_same_and_another_does_not()
    {
        Assert.Equal(Plan(7), Plan(7));
        Assert.NotEqual(Plan(7), Plan(8));
    }

    [Fact]
    public void All_kinds_come_at_the_pace_asked_for_within_their_bounds()
    {
        var plan = Plan(1);
        Assert.Equal(Enum.GetValues<FaultKind>(), plan.Select(f => f.Kind).Distinct().Order());
        Assert.All(plan.Zip(plan.Skip(1)), pair =>
            Assert.InRange(pair.Second.At - pair.First.At, Every * 0.75, Every * 1.25));
        Assert.All(plan.Where(f => f.Kind == FaultKind.Database), f => Assert.InRange(f.Duration, TimeSpan.FromSeconds(2), Downtime));
        Assert.All(plan.Where(f => f.Kind == FaultKind.Pause), f => Assert.True(f.Duration > TimeSpan.FromSeconds(10)));
    }

    private static List<PlannedFault> Plan(int seed) =>
        [.. FaultSchedule.Draw(seed, Enum.GetValues<FaultKind>(), Every, Downtime).Take(100)];
}
