using Engine.LoadTests.Chaos.Traffic;

namespace Engine.LoadTests.Tests.Chaos;

public sealed class MessageTextTests
{
    [Fact]
    public void Number_is_found_again_and_nothing_else_is_taken_for_one()
    {
        Assert.Equal(123_456_789_012, MessageText.NumberOf(MessageText.Of(123_456_789_012)));
        Assert.All(["", ":", "x: y", "12", "-1: x"], text => Assert.Equal(-1, MessageText.NumberOf(text)));
    }
}
