using Engine.LoadTests.CommandLine;
using Engine.LoadTests.Shift;

namespace Engine.LoadTests.Tests.EndToEnd;

/// <summary>A short day of a shop against an engine that really runs.</summary>
public sealed class ShiftTests
{
    /// <summary>Of engine time: until everybody is answered, however slow the machine.</summary>
    private static readonly TimeSpan OvertimeMax = TimeSpan.FromHours(30);

    /// <summary>By default a silo is dead after some seconds of silence, and a machine that stands still for as long kills it.</summary>
    private static readonly string[] SlowMachine = ["--dead-after", "20", "--drain-timeout", "300", "--api-list-wait-ms", "20000"];

    [Fact]
    public async Task Everybody_is_treated_as_agreed_for_an_hour()
    {
        var report = await RunAsync("--hours", "1", "--clock-speed", "60", "--agents", "10", "--customers", "120");
        Assert.Equal(0, report.Reconciled);
        Assert.True(report.Observed.Conversations >= 110, $"Only {report.Observed.Conversations} conversations.");
        Assert.NotEmpty(report.Observed.Sla);
        Assert.True(report.Observed.Expectations.Answers > 0, "Nobody was told when to expect an answer.");
    }

    [Fact]
    public async Task Silos_killed_while_routing_strand_nothing()
    {
        var report = await RunAsync(
            "--hours", "1", "--agents", "10", "--customers", "100", "--silos", "3", "--faults", "kill", "--kills", "3", "--change-every", "13");
        Assert.True(report.Kills > 0, "Nothing was killed.");
    }

    private static async Task<ShiftReport> RunAsync(params string[] words)
    {
        var options = ShiftCommand.Parse(Arguments.Parse(
            [.. words, "--engine", RepositoryFiles.EngineAssembly], ShiftCommand.Describe().Options)) with
        {
            Overtime = OvertimeMax,
            EngineArguments = SlowMachine,
        };
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(45));
        using var printed = new StringWriter();
        var report = await new ShiftRun(options, TextWriter.Null, TimeProvider.System).RunAsync(deadline.Token);
        ShiftPrinter.Print(report, printed);
        Assert.True(report.Passed, printed.ToString());
        Assert.Equal((0, 0, 0, 0, 0), (report.OverCapacity, report.Stranded, report.EarlyDeadlines, report.Lost, report.Doubled));
        return report;
    }
}
