using System.Security.Cryptography;
using System.Text;
using Engine.Api.Authentication;

namespace Engine.Api.Tests.Authentication;

public sealed class ApiKeyTests
{
    [Theory]
    [InlineData("Bearer ek_shop_k1_secret")]
    [InlineData("bearer ek_shop_k1_secret")]
    [InlineData("Bearer  ek_shop_k1_secret ")]
    public void Key_is_read(string header)
    {
        Assert.True(ApiKey.TryParse(header, out var key));
        Assert.Equal(("shop", "k1"), (key.Value.Workspace, key.Value.Id));
        Assert.Equal(SHA256.HashData(Encoding.UTF8.GetBytes("ek_shop_k1_secret")), key.Value.Hash.ToByteString().ToByteArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Basic ek_shop_k1_secret")]
    [InlineData("ek_shop_k1_secret")]
    [InlineData("Bearer shop_k1_secret")]
    [InlineData("Bearer ek_shop_k1_")]
    [InlineData("Bearer ek_shop_k1")]
    [InlineData("Bearer ek__k1_secret")]
    [InlineData("Bearer ek_shop__secret")]
    [InlineData("Bearer ek_SHOP_k1_secret")]
    [InlineData("Bearer ek_shop/x_k1_secret")]
    [InlineData("Bearer ek_shop_k/1_secret")]
    [InlineData("Bearer ek_shop_k1_sécret")]
    public void What_is_no_key_is_not_read(string header) => Assert.False(ApiKey.TryParse(header, out _));

    [Fact]
    public void A_key_without_end_is_not_read() => Assert.False(ApiKey.TryParse("Bearer ek_shop_k1_" + new string('s', 10_000), out _));

    [Fact]
    public void A_key_does_not_tell_its_text()
    {
        Assert.True(ApiKey.TryParse("Bearer ek_shop_k1_topsecret", out var key));
        Assert.DoesNotContain("topsecret", key.ToString(), StringComparison.Ordinal);
    }
}
