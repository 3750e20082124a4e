using Engine.LoadTests.CommandLine;
using Engine.LoadTests.Deadlines;

namespace Engine.LoadTests.Tests.EndToEnd;

/// <summary>A few thousand deadlines of an engine that really runs, and is killed before they are due.</summary>
public sealed class DeadlinesTests
{
    /// <summary>A machine that runs all tests at once is no place to ask for the goal, which is a second.</summary>
    private const double LatenessMaxMs = 10_000;

    [Fact]
    public async Task Deadlines_come_once_with_their_instants_after_a_kill()
    {
        var options = DeadlinesCommand.Parse(Arguments.Parse(
            ["--conversations", "2000", "--due-per-second", "50", "--seconds", "10", "--at-once", "500", "--engine", RepositoryFiles.EngineAssembly],
            DeadlinesCommand.Describe().Options));
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(6));
        using var printed = new StringWriter();
        var report = await new DeadlinesRun(options, TextWriter.Null, TimeProvider.System).RunAsync(deadline.Token);
        DeadlinesCommand.Print(report, printed);
        Assert.True(report.IsRight, printed.ToString());
        Assert.Equal((500, 500), (report.OneByOne.Told, report.Together.Told));
        Assert.True(report.OneByOne.LatenessP99Ms < LatenessMaxMs, printed.ToString());
        Assert.True(report.TogetherHandledS < DeadlinesReport.AtOnceGoalS, printed.ToString());
    }
}
