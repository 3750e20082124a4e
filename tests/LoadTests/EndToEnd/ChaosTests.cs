using Engine.LoadTests.Chaos;
using Engine.LoadTests.CommandLine;

namespace Engine.LoadTests.Tests.EndToEnd;

/// <summary>Things really break: a cluster on PostgreSQL, and one engine on its embedded store.</summary>
public sealed class ChaosTests
{
    /// <summary>Far below what the rate brings, on any machine: it tells a run that did something from one that did nothing.</summary>
    private const long AcknowledgedMin = 100;

    /// <summary>By default a silo is dead after some seconds of silence, and a machine that stands still for as long kills it.</summary>
    private static readonly string[] SlowMachine = ["--dead-after", "20", "--drain-timeout", "300", "--api-list-wait-ms", "20000"];

    [Fact]
    public async Task Killed_silos_of_a_cluster_lose_nothing()
    {
        var report = await RunAsync(
            "--silos", "3", "--gateways", "2", "--faults", "kill", "--kills", "5", "--change-every", "10", "--rate", "50", "--conversations", "100");
        Assert.Equal(5, report.Kills);
        Assert.Equal(0, report.DoubleOwner);
    }

    [Fact]
    public async Task Killed_engine_with_its_embedded_store_loses_nothing()
    {
        var report = await RunAsync("--sqlite", "--kills", "2", "--change-every", "6", "--rate", "50", "--conversations", "50");
        Assert.Equal(2, report.Kills);
    }

    private static async Task<ChaosReport> RunAsync(params string[] words)
    {
        var options = ChaosCommand.Parse(Arguments.Parse(
            [.. words, "--engine", RepositoryFiles.EngineAssembly], ChaosCommand.Describe().Options)) with
        { EngineArguments = SlowMachine };
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(45));
        var report = await new ChaosRun(options, TextWriter.Null, TimeProvider.System).RunAsync(deadline.Token);
        // The seed stands in the message: the same calls and faults can be drawn again.
        Assert.True(report.Passed, $"Seed {report.Seed}: {string.Join('\n', report.Examples)}");
        Assert.Equal((0, 0, 0), (report.Lost, report.Duplicated, report.Reordered));
        Assert.True(report.Acknowledged >= AcknowledgedMin, $"Seed {report.Seed}: only {report.Acknowledged} acknowledged.");
        Assert.Equal(report.Reminders.Due, report.Reminders.Fired);
        return report;
    }
}
