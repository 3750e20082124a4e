using Engine.LoadTests.Shift.Shop;

namespace Engine.LoadTests.Tests.Shift;

public sealed class ArrivalCurveTests
{
    [Fact]
    public void Customers_come_as_the_curve_says()
    {
        var drawn = ArrivalCurve.BlackFriday.Draw(100_000, new Random(1));
        Assert.Equal(drawn.Order(), drawn);
        Assert.InRange(drawn[0], 0, 0.01);
        Assert.InRange(drawn[^1], 0.98, 1);
        double Rate(double from, double to) => drawn.Count(d => d >= from && d < to) / (to - from);
        // Morning, lunch, evening and the end, compared with each other.
        Assert.Equal(1.7 / 0.65, Rate(0.12, 0.25) / Rate(0.4, 0.5), 0.2);
        Assert.Equal(1.8 / 0.5, Rate(0.715, 0.725) / Rate(0.815, 0.825), 0.6);
        Assert.True(Rate(0.95, 1) < Rate(0.4, 0.5) / 2);
    }

    [Fact]
    public void A_level_curve_has_its_shares_where_they_are()
    {
        var level = new ArrivalCurve([(0, 1), (0.5, 1), (1, 1)]);
        Assert.Equal(0.25, level.Quantile(0.25), 9);
        Assert.Equal(0.9, level.Quantile(0.9), 9);
    }
}
