using Engine.LoadTests.Deadlines;
using Engine.LoadTests.Routing.Durable;

namespace Engine.LoadTests.Tests.Deadlines;

public sealed class DeadlineTallyTests
{
    private static readonly DateTimeOffset Due = new(2026, 11, 27, 9, 0, 0, TimeSpan.Zero);
    private static readonly Dictionary<string, DateTimeOffset> Expected = new() { ["a"] = Due, ["b"] = Due.AddSeconds(1) };

    [Fact]
    public void What_is_told_once_with_its_instant_is_right_and_its_lateness_measured()
    {
        var tally = DeadlineTally.Of(Expected, [Told("a", 0, 5, 30), Told("b", 1_000, 1_010, 1_020), Told("other", 0, 0, 0)]);
        Assert.Equal((2, 2, 0L), (tally.Due, tally.Told, tally.Harms));
        Assert.Equal((5.0, 10.0, 30.0), (tally.LatenessP50Ms, tally.LatenessMaxMs, tally.SeenMaxMs));
    }

    [Fact]
    public void Every_kind_of_fault_is_found()
    {
        Assert.Equal(1, DeadlineTally.Of(Expected, [Told("a", 0, 1, 1)]).Missed);
        Assert.Equal(1, DeadlineTally.Of(Expected, [Told("a", 0, 1, 1), Told("a", 0, 2, 2), Told("b", 1_000, 1_001, 1_001)]).Doubled);
        Assert.Equal(1, DeadlineTally.Of(Expected, [Told("a", 0, -1, 1), Told("b", 1_000, 1_001, 1_001)]).Early);
        var wrong = DeadlineTally.Of(Expected, [Told("a", 2, 3, 3), Told("b", 1_000, 1_001, 1_001)]);
        Assert.Equal((1, 0), (wrong.WrongInstant, wrong.Early));
        // Early by what was expected, though not by what it says itself.
        Assert.Equal((1, 1), (DeadlineTally.Of(Expected, [Told("b", 500, 600, 600)]).Early, DeadlineTally.Of(Expected, [Told("b", 500, 600, 600)]).WrongInstant));
    }

    [Fact]
    public void Assignments_are_counted_by_conversation_and_agent()
    {
        (DateTimeOffset, string, string)[] all = [.. Enumerable.Range(0, 11).Select(i => (Due.AddSeconds(i * 0.1), $"c{i % 10}", i < 9 ? "a" : "b"))];
        var tally = DurableRoutingSize.Tally(all, 8);
        Assert.Equal((10, 1, 1), (tally.Assigned, tally.Doubled, tally.OverCapacity));
        Assert.Equal(10, tally.PerSecond, 6);
        Assert.Equal(10, tally.MiddlePerSecond, 6);
    }

    private static ToldDeadline Told(string conversation, double effective, double commit, double seen) =>
        new(conversation, Due.AddMilliseconds(effective), Due.AddMilliseconds(commit), Due.AddMilliseconds(seen));
}
