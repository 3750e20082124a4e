using Engine.Grains.Journal;

namespace Engine.Grains.Tests.Journal;

public sealed class StreamNameTests
{
    // The lane is stored with every row: were these to change, readers would miss what was written before.
    [Theory]
    [InlineData("shop/conversation/a")]
    [InlineData("shop/customer/carla")]
    [InlineData("näh/conversation/ü")]
    public void Lane_is_in_range_and_stable(string name)
    {
        var lane = StreamName.Parse(name).Lane;

        Assert.InRange(lane, 0, StreamName.LaneCount - 1);
        Assert.Equal(Reference(name), lane);
    }

    [Fact]
    public void Lanes_share_the_load()
    {
        var counts = new int[StreamName.LaneCount];
        for (var i = 0; i < 64_000; i++) counts[new StreamName("shop", "conversation", $"c{i}").Lane]++;

        Assert.All(counts, count => Assert.InRange(count, 700, 1_300));
    }

    [Theory]
    [InlineData("")]
    [InlineData("shop/conversation")]
    [InlineData("shop//a")]
    [InlineData("shop/conversation/a/b")]
    public void Parse_refuses_what_is_no_name(string text) => Assert.Throws<FormatException>(() => StreamName.Parse(text));

    private static int Reference(string name)
    {
        var hash = 2166136261u;
        foreach (var b in System.Text.Encoding.UTF8.GetBytes(name)) hash = unchecked((hash ^ b) * 16777619u);
        return (int)((hash ^ (hash >> 16)) % 64);
    }
}
