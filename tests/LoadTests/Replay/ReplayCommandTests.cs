using Engine.LoadTests.CommandLine;
using Engine.LoadTests.Replay;

namespace Engine.LoadTests.Tests.Replay;

public sealed class ReplayCommandTests
{
    [Fact]
    public void Parse_defaults_start_an_engine()
    {
        var options = Parse("--input", "data");
        Assert.Equal(("data", null, 64, int.MaxValue, false), (options.Input, options.Target, options.Concurrency, options.DialoguesMax, options.Restart));
    }

    [Fact]
    public void Parse_target_with_key()
    {
        var options = Parse("--input=x.csv", "--target", "shop.example.com:5000", "--key", " ek_a_b_c ", "--limit", "3", "--concurrency=7");
        Assert.Equal("http://shop.example.com:5000/", options.Target!.ToString());
        Assert.Equal(("ek_a_b_c", 3, 7), (options.Key, options.DialoguesMax, options.Concurrency));
    }

    [Theory]
    [InlineData("--input is required", "--limit", "3")]
    [InlineData("--key' needs '--target", "--input", "x", "--key", "k")]
    [InlineData("exclude each other", "--input", "x", "--target", "h:1", "--key", "k", "--restart")]
    [InlineData("exclude each other", "--input", "x", "--target", "h:1", "--key", "k", "--keep")]
    [InlineData("HOST:PORT", "--input", "x", "--target", "not a host", "--key", "k")]
    [InlineData("HOST:PORT", "--input", "x", "--target", "ftp://host:1", "--key", "k")]
    [InlineData("HOST:PORT", "--input", "x", "--target", "http://host:1/path", "--key", "k")]
    [InlineData("--concurrency", "--input", "x", "--concurrency", "0")]
    [InlineData("--limit", "--input", "x", "--limit", "many")]
    public void Parse_wrong_combination_is_refused(string message, params string[] words)
    {
        var e = Assert.Throws<UsageException>(() => Parse(words));
        Assert.Contains(message.Replace("--input is", "'--input' is", StringComparison.Ordinal), e.Message, StringComparison.Ordinal);
    }

    private static ReplayOptions Parse(params string[] words) =>
        ReplayCommand.Parse(Arguments.Parse(words, ReplayCommand.Describe().Options));
}
