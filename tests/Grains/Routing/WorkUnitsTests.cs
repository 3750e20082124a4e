using Engine.Grains.Routing;
using Engine.V1;

namespace Engine.Grains.Tests.Routing;

public sealed class WorkUnitsTests
{
    [Theory]
    [InlineData(ConversationMode.Unspecified, ConversationStatus.Open, 10)]
    [InlineData(ConversationMode.Asynchronous, ConversationStatus.Open, 10)]
    [InlineData(ConversationMode.Live, ConversationStatus.Open, 20)]
    [InlineData(ConversationMode.Callback, ConversationStatus.Open, 100)]
    [InlineData(ConversationMode.Asynchronous, ConversationStatus.Pending, 2)]
    [InlineData(ConversationMode.Callback, ConversationStatus.Pending, 20)]
    [InlineData(ConversationMode.Live, ConversationStatus.Snoozed, 0)]
    [InlineData(ConversationMode.Live, ConversationStatus.Resolved, 0)]
    [InlineData(ConversationMode.Live, ConversationStatus.Closed, 0)]
    public void HeldFor_NothingSet_IsTheUsual(ConversationMode mode, ConversationStatus status, int units) =>
        Assert.Equal(units, WorkUnits.Usual.HeldFor(mode, "email", status));

    [Fact]
    public void HeldFor_Share_IsRoundedUp()
    {
        var units = WorkUnits.Of(new RoutingSettings { AsynchronousUnits = 7, PendingPercent = 30, SnoozedPercent = 1 });
        Assert.Equal(3, units.HeldFor(ConversationMode.Asynchronous, "email", ConversationStatus.Pending));
        Assert.Equal(1, units.HeldFor(ConversationMode.Asynchronous, "email", ConversationStatus.Snoozed));
    }

    [Fact]
    public void HeldFor_SharesOfZeroAndAll_AreThat()
    {
        var units = WorkUnits.Of(new RoutingSettings { PendingPercent = 0, SnoozedPercent = 100 });
        Assert.Equal(0, units.HeldFor(ConversationMode.Live, "chat", ConversationStatus.Pending));
        Assert.Equal(20, units.HeldFor(ConversationMode.Live, "chat", ConversationStatus.Snoozed));
    }

    [Fact]
    public void UnitsOf_ChannelWithItsOwn_WeighsForAsynchronousOnly()
    {
        var units = WorkUnits.Of(new RoutingSettings { LiveUnits = 30, ChannelUnits = { ["email"] = 5 } });
        Assert.Equal(5, units.UnitsOf(ConversationMode.Asynchronous, "email"));
        Assert.Equal(10, units.UnitsOf(ConversationMode.Asynchronous, "chat"));
        Assert.Equal(30, units.UnitsOf(ConversationMode.Live, "email"));
    }

    [Fact]
    public void Of_SettingsChangedAfterwards_StaysAsItWas()
    {
        var settings = new RoutingSettings { ChannelUnits = { ["email"] = 5 } };
        var units = WorkUnits.Of(settings);
        settings.ChannelUnits["email"] = 50;
        Assert.Equal(5, units.UnitsOf(ConversationMode.Asynchronous, "email"));
    }
}
