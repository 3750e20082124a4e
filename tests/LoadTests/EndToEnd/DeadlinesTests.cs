using Engine.LoadTests.CommandLine;
using Engine.LoadTests.Deadlines;
using Xunit.Abstractions;

namespace Engine.LoadTests.Tests.EndToEnd;

/// <summary>A few thousand deadlines of an engine that really runs, and is killed before they are due.</summary>
public sealed class DeadlinesTests(ITestOutputHelper output)
{
    private const double LeadMax = 64;

    [Fact]
    public async Task Deadlines_come_once_with_their_instants_after_a_kill()
    {
        var options = DeadlinesCommand.Parse(Arguments.Parse(
            ["--conversations", "2000", "--due-per-second", "50", "--seconds", "10", "--at-once", "500", "--engine", RepositoryFiles.EngineAssembly],
            DeadlinesCommand.Describe().Options));
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(45));
        using var printed = new StringWriter();
        var report = await RunAsync(options, deadline.Token);
        DeadlinesCommand.Print(report, printed);
        // How late they were is the machine's as much as the engine's: told, not asserted.
        output.WriteLine(printed.ToString());
        Assert.True(report.IsRight, printed.ToString());
        Assert.Equal((500, 500), (report.OneByOne.Told, report.Together.Told));
    }

    /// <summary>With as much lead as this machine needs to be back before the first is due.</summary>
    private async Task<DeadlinesReport> RunAsync(DeadlinesOptions options, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await new DeadlinesRun(options, TextWriter.Null, TimeProvider.System).RunAsync(cancellationToken);
            }
            catch (TooSlowException e) when (options.Lead < LeadMax)
            {
                output.WriteLine($"Once more with more lead: {e.Message}");
                options = options with { Lead = options.Lead * 4 };
            }
        }
    }
}
