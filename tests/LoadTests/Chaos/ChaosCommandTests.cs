using Engine.LoadTests.Chaos;
using Engine.LoadTests.Chaos.Faults;
using Engine.LoadTests.CommandLine;

namespace Engine.LoadTests.Tests.Chaos;

public sealed class ChaosCommandTests
{
    [Fact]
    public void Defaults_kill_silos_for_five_minutes()
    {
        var options = Parse();
        Assert.Equal((3, 2, (int?)null), (options.Silos, options.Gateways, options.Kills));
        Assert.Equal([FaultKind.Kill], options.Faults);
        Assert.Equal(TimeSpan.FromMinutes(5), options.Time);
    }

    [Fact]
    public void Options_are_taken_over()
    {
        var options = Parse(
            "--silos", "4", "--gateways", "1", "--faults", "pause,partition", "--minutes", "7", "--change-every", "10", "--rate", "50",
            "--conversations", "99", "--seed", "42", "--burn", "--json", "x.json", "--keep-logs", "--downtime", "3");
        Assert.Equal((4, 1, 50, 99, 42), (options.Silos, options.Gateways, options.MessagesPerSecond, options.Conversations, options.Seed));
        Assert.Equal([FaultKind.Pause, FaultKind.Partition], options.Faults);
        Assert.Equal((TimeSpan.FromMinutes(7), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(3)), (options.Time, options.ChangeEvery, options.DowntimeMax));
        Assert.True(options.Burns && options.KeepsLogs);
        Assert.Equal("x.json", options.JsonPath);
    }

    [Fact]
    public void All_and_none_stand_for_themselves()
    {
        Assert.Equal(Enum.GetValues<FaultKind>(), ChaosCommand.ParseFaults("all"));
        Assert.Empty(ChaosCommand.ParseFaults("none"));
    }

    [Theory]
    [InlineData("--faults", "kill,flood")]
    [InlineData("--faults", "kill,kill")]
    [InlineData("--faults", "3")]
    [InlineData("--faults", "pause", "--kills", "3")]
    [InlineData("--kills", "3", "--minutes", "3")]
    [InlineData("--kills", "0")]
    [InlineData("--silos", "0")]
    [InlineData("--sqlite", "--silos", "2")]
    [InlineData("--sqlite", "--faults", "kill,database")]
    public void Nonsense_is_refused(params string[] words) => Assert.Throws<UsageException>(() => Parse(words));

    private static ChaosOptions Parse(params string[] words) =>
        ChaosCommand.Parse(Arguments.Parse(words, ChaosCommand.Describe().Options));
}
