using Engine.LoadTests.Measuring;

namespace Engine.LoadTests.Tests.Measuring;

public sealed class PercentilesTests
{
    [Theory]
    [InlineData(1, 50, 1)]
    [InlineData(1, 99, 1)]
    [InlineData(2, 50, 1)]
    [InlineData(2, 51, 2)]
    [InlineData(3, 50, 2)]
    [InlineData(4, 50, 2)]
    [InlineData(100, 50, 50)]
    [InlineData(100, 99, 99)]
    [InlineData(100, 99.1, 100)]
    [InlineData(100, 100, 100)]
    [InlineData(1000, 99, 990)]
    [InlineData(1000, 0.01, 1)]
    public void Of_one_to_n_is_the_nearest_rank(int n, double percent, int expected) =>
        Assert.Equal(Ms(expected), Percentiles.Of([.. Enumerable.Range(1, n).Select(i => Ms(i))], percent));

    [Fact]
    public void Of_nothing_is_nothing() => Assert.Null(Percentiles.Of([], 50));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(100.1)]
    public void Of_no_percentage_is_refused(double percent) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Percentiles.Of([Ms(1)], percent));

    [Fact]
    public void Summarize_sorts_what_came_in_any_order()
    {
        var log = new LatencyLog();
        log.Add(Ms(9));
        log.AddRange([Ms(1), Ms(5)]);
        Assert.Equal(new LatencySummary(5, 9, 9), log.Summarize());
        Assert.Equal(new LatencySummary(null, null, null), new LatencyLog().Summarize());
    }

    private static TimeSpan Ms(double value) => TimeSpan.FromMilliseconds(value);
}
