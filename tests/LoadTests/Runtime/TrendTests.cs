using Engine.LoadTests.Processes;
using Engine.LoadTests.Runtime.Soak;

namespace Engine.LoadTests.Tests.Runtime;

public sealed class TrendTests
{
    [Theory]
    [InlineData("10 50 90 100 100 100 100 100 100", false)] // Grew while warming up.
    [InlineData("100 100 100 100 100 100 109 109 109", false)]
    [InlineData("100 100 100 100 100 100 113 113 113", true)]
    [InlineData("10 20 30 40 50 60 70 80 90", true)]
    [InlineData("100 100 100 100 100 100 100 900 100", false)] // One peak.
    [InlineData("100 100 100 100 100 100 90 80 70", false)]
    public void What_exceeds_the_tolerance_after_the_first_third_grows(string values, bool grows) =>
        Assert.Equal(grows, Trend.Of("x", [.. values.Split(' ').Select(double.Parse)], tolerance: 0.1, slack: 1).Grows);

    [Fact]
    public void Too_few_values_tell_nothing() =>
        Assert.Throws<ArgumentException>(() => Trend.Of("x", [1, 2, 3, 4, 5], 0.1, 0));

    [Fact]
    public void Vitals_of_this_process_can_be_read()
    {
        var vitals = ProcessVitals.Read(Environment.ProcessId);

        Assert.True(vitals is { ResidentBytes: > 1 << 20, Handles: > 3, Threads: > 1 }, vitals.ToString());
    }

    [Fact]
    public void A_process_that_is_not_there_is_told() =>
        Assert.Throws<EngineFailedException>(() => ProcessVitals.Read(int.MaxValue));
}
