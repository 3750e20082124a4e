using Engine.Grains.Identities;

namespace Engine.Grains.Tests.Identities;

public sealed class AddressTests
{
    [Theory]
    [InlineData("email", "  Carla.Rossi@Example.COM ", "carla.rossi@example.com")]
    [InlineData("email", "jose\u0301@example.com", "jos\u00e9@example.com")]
    [InlineData("instagram", "Carla_R", "carla_r")]
    [InlineData("sms", "+39 333 555-0100", "+393335550100")]
    [InlineData("whatsapp", "0039 (333) 5550100", "+393335550100")]
    [InlineData("sms", "333 555 0100", "3335550100")]
    [InlineData("sms", " - ", "")]
    [InlineData("web", "   ", "")]
    public void One_spelling_for_each_address(string channel, string given, string expected) =>
        Assert.Equal(expected, Addresses.Normalize(channel, given));
}
