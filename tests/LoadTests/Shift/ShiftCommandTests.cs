using Engine.LoadTests.CommandLine;
using Engine.LoadTests.Shift;

namespace Engine.LoadTests.Tests.Shift;

public sealed class ShiftCommandTests
{
    [Fact]
    public void Defaults_are_a_day_of_forty_agents()
    {
        var options = Parse();
        Assert.Equal((60, 40, 3_200, 8.0, 1, false, false),
            (options.ClockSpeed, options.Agents, options.Customers, options.Hours.TotalHours, options.Silos, options.UsesPostgres, options.Kills));
        Assert.True(Parse("--silos", "3", "--faults", "kill", "--kills", "2").Kills);
    }

    [Theory]
    [InlineData("--profile", "easter")]
    [InlineData("--faults", "flood")]
    [InlineData("--faults", "kill")]
    [InlineData("--kills", "3")]
    [InlineData("--agents", "3")]
    public void What_cannot_be_done_is_refused(params string[] words) => Assert.Throws<UsageException>(() => Parse(words));

    private static ShiftOptions Parse(params string[] words) => ShiftCommand.Parse(Arguments.Parse(words, ShiftCommand.Describe().Options));
}
