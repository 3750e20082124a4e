using Engine.LoadTests.Chaos.History;

namespace Engine.LoadTests.Tests.Chaos;

public sealed class RecoveryMeterTests
{
    private const long Kill = 100;

    [Fact]
    public void Conversation_that_is_answered_at_once_was_not_hit() =>
        Assert.Empty(Measure(Call(90, 95), Call(101, 101), Call(110, 130, attempts: 3)));

    [Fact]
    public void First_call_after_the_kill_counts_from_the_kill_to_its_answer() =>
        Assert.Equal([TimeSpan.FromSeconds(8)], Measure(Call(90, 95), Call(103, 108, attempts: 4), Call(105, 120, attempts: 4)));

    [Fact]
    public void Call_under_way_at_the_kill_counts_when_it_was_disturbed()
    {
        Assert.Equal([TimeSpan.FromSeconds(6)], Measure(Call(99, 106, attempts: 2), Call(110, 110)));
        Assert.Empty(Measure(Call(100, 101), Call(110, 110)));
    }

    [Fact]
    public void Slow_answer_of_one_attempt_counts_too() =>
        Assert.Equal([TimeSpan.FromSeconds(5)], Measure(Call(101, 105)));

    [Fact]
    public void Next_kill_takes_over()
    {
        var perKill = RecoveryMeter.Measure(
            [Call(250, 258, attempts: 2)], [Kill, 240], 1, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1_000));
        Assert.Empty(perKill[0]);
        Assert.Equal([TimeSpan.FromSeconds(18)], perKill[1]);
    }

    private static IReadOnlyList<TimeSpan> Measure(params Operation[] operations) =>
        RecoveryMeter.Measure(operations, [Kill], 1, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60))[0];

    private static Operation Call(long start, long end, int attempts = 1) => new()
    {
        Number = start,
        Kind = OperationKind.Get,
        Slot = 1,
        Start = start,
        End = end,
        Attempts = attempts,
        Outcome = OperationOutcome.Acknowledged,
    };
}
