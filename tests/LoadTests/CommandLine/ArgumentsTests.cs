using Engine.LoadTests.CommandLine;

namespace Engine.LoadTests.Tests.CommandLine;

public sealed class ArgumentsTests
{
    private static readonly OptionSpec[] Specs = [new("--name", "TEXT", ""), new("--count", "N", ""), new("--flag", null, "")];

    [Fact]
    public void Parse_both_spellings_and_flags()
    {
        var arguments = Arguments.Parse(["--name=a=b", "--flag", "--count", "-3"], Specs);
        Assert.Equal("a=b", arguments.Text("--name"));
        Assert.True(arguments.Has("--flag"));
        Assert.Equal(-3, arguments.Number("--count", 1, -5, 5));
    }

    [Fact]
    public void Parse_nothing_gives_defaults()
    {
        var arguments = Arguments.Parse([], Specs);
        Assert.Null(arguments.Text("--name"));
        Assert.False(arguments.Has("--flag"));
        Assert.Equal(9, arguments.Number("--count", 9, 1, 5));
        Assert.False(arguments.HelpWanted);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("--flag", "--help")]
    public void Parse_help_wherever_it_stands(params string[] words) => Assert.True(Arguments.Parse(words, Specs).HelpWanted);

    [Theory]
    [InlineData("Unknown option '--nome'", "--nome", "x")]
    [InlineData("Unexpected 'x'", "x")]
    [InlineData("Unexpected '-name'", "-name", "x")]
    [InlineData("needs a value", "--name")]
    [InlineData("needs a value", "--name", "--flag")]
    [InlineData("empty value", "--name=")]
    [InlineData("empty value", "--name", " ")]
    [InlineData("takes no value", "--flag=yes")]
    [InlineData("given twice", "--flag", "--flag")]
    [InlineData("given twice", "--name", "a", "--name=b")]
    public void Parse_mistake_is_refused(string message, params string[] words)
    {
        var e = Assert.Throws<UsageException>(() => Arguments.Parse(words, Specs));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("six")]
    [InlineData("6")]
    [InlineData("0")]
    [InlineData("1.5")]
    [InlineData("99999999999")]
    public void Number_outside_its_range_is_refused(string value) =>
        Assert.Throws<UsageException>(() => Arguments.Parse(["--count", value], Specs).Number("--count", 1, 1, 5));
}
