using Engine.LoadTests.Chaos.History;

namespace Engine.LoadTests.Tests.Chaos;

public sealed class SubscriptionOrderTests
{
    [Fact]
    public void Step_by_step_is_right_for_each_resource()
    {
        var order = new SubscriptionOrder(mayRepeat: false);
        foreach (var version in new[] { 1, 2, 3 })
        {
            order.See("a", version);
            order.See("b", version);
        }

        Assert.Equal((6, 0, 0), (order.Events, order.Skipped, order.OutOfOrder));
        Assert.Equal(3, order.LastOf("a"));
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public void Repetition_after_a_reconnect_is_right_where_it_is_promised(bool mayRepeat, long outOfOrder)
    {
        var order = new SubscriptionOrder(mayRepeat);
        order.See("a", 1);
        order.See("a", 2);
        order.Reconnect();
        order.See("a", 2);
        order.See("a", 3);
        Assert.Equal((0, outOfOrder), (order.Skipped, order.OutOfOrder));
    }

    [Fact]
    public void Gap_is_found_also_across_a_reconnect_and_within_a_repetition()
    {
        var order = new SubscriptionOrder(mayRepeat: true);
        order.See("a", 1);
        order.See("a", 3);
        Assert.Equal(1, order.Skipped);
        order.Reconnect();
        order.See("a", 6);
        Assert.Equal(3, order.Skipped);
        order.Reconnect();
        order.See("a", 4);
        order.See("a", 6);
        Assert.Equal(4, order.Skipped);
    }

    [Fact]
    public void Repetition_or_step_back_within_a_connection_is_out_of_order()
    {
        var order = new SubscriptionOrder(mayRepeat: true);
        order.See("a", 1);
        order.See("a", 1);
        order.See("a", 2);
        order.See("a", 1);
        Assert.Equal((0, 2), (order.Skipped, order.OutOfOrder));
    }
}
