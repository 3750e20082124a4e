using Engine.LoadTests.Replay;

namespace Engine.LoadTests.Tests.Replay;

public sealed class CustomerAddressTests
{
    [Theory]
    [InlineData("email", "customer-7-12@example.com")]
    [InlineData("web", "web-7-12")]
    [InlineData("sms", "+1555010000000070000012")]
    [InlineData("whatsapp", "+1555010000000070000012")]
    public void Create_suits_the_channel(string channel, string address) =>
        Assert.Equal(address, CustomerAddress.Create(channel, 7, 12));

    [Fact]
    public void Create_differs_by_run_and_dialogue() =>
        Assert.Equal(4, new[] { (1, 11), (11, 1), (1, 1), (111, 0) }.Select(x => CustomerAddress.Create("sms", x.Item1, x.Item2)).Distinct().Count());
}
