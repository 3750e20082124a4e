using System.Globalization;
using Engine.LoadTests.Bench;
using Engine.LoadTests.CommandLine;
using Engine.LoadTests.Measuring;

namespace Engine.LoadTests.Routing.Durable;

/// <summary><c>load-tests bench routing durable</c>.</summary>
internal static class DurableRoutingCommand
{
    private const string Help = """
        Conversations wait in one queue, written through the API; then agents with room for all of them sign on, and the queue
        gives everything away: each assignment is a reservation at the agent, a commit of the conversation and its confirmation,
        all durable. Measured by the commit times of the assignments. Exit code 1: not everything was assigned, something twice,
        or somebody got more than they can hold.
        """;

    public static Command Describe() => new(
        "bench routing durable",
        "Measures durable assignments a second of one queue.",
        Help,
        [
            new("--waiting", "LIST", "Conversations that wait, separated by commas: one measurement each. Default 5000."),
            new("--agents", "N", "Agents, 1 to 10000. Default 200."),
            new("--stores", "LIST", "sqlite, postgres. Default both."),
            new("--fill-concurrency", "N", "Calls in flight while filling, 1 to 4096. Default 128."),
            .. BenchCommand.EngineOptions,
        ],
        RunAsync);

    internal static DurableRoutingOptions Parse(Arguments arguments)
    {
        var stores = (arguments.Text("--stores") ?? "sqlite,postgres").Split(',');
        if (stores.FirstOrDefault(s => s is not ("sqlite" or "postgres")) is { } unknown)
            throw new UsageException($"Unknown store '{unknown}'. There are sqlite and postgres.");
        return new DurableRoutingOptions
        {
            Waiting = [.. (arguments.Text("--waiting") ?? "5000").Split(',').Select(ParseCount)],
            Agents = arguments.Number("--agents", 200, 1, 10_000),
            UsesSqlite = stores.Contains("sqlite"),
            UsesPostgres = stores.Contains("postgres"),
            FillConcurrency = arguments.Number("--fill-concurrency", 128, 1, 4096),
            JsonPath = arguments.Text("--json"),
            EngineAssembly = arguments.Text("--engine"),
            DataParent = arguments.Text("--data-parent"),
            KeepsFiles = arguments.Has("--keep"),
        };
    }

    private static int ParseCount(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 10 and <= 1_000_000
            ? count
            : throw new UsageException($"Option '--waiting' must be whole numbers from 10 to 1000000, not '{text}'.");

    private static async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var options = Parse(arguments);
        var report = await new DurableRoutingRun(options, Console.Error, TimeProvider.System).RunAsync(cancellationToken);
        Print(report, Console.Out);
        await Reports.WriteAsync(options.JsonPath, report, cancellationToken);
        return report.Passed ? ExitCode.Success : ExitCode.CheckFailed;
    }

    private static void Print(DurableRoutingReport report, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"{"",-12}{"waiting",10}{"agents",8}{"per second",12}{"middle",10}{"drain s",10}{"CPU ms",9}{"written/s",11}{"harms",7}");
        foreach (var size in report.Sizes)
        {
            output.WriteLine(
                $"{size.Store,-12}{Reports.Number(size.Waiting, "N0"),10}{Reports.Number(size.Agents, "N0"),8}{Reports.Number(size.PerSecond),12}"
                + $"{Reports.Number(size.MiddlePerSecond),10}{Reports.Number(size.DrainS),10}{Reports.Number(size.CpuSecondsPerAssignment * 1_000, "F2"),9}"
                + $"{Reports.Number(size.FillPerSecond, "N0"),11}{Reports.Number(size.Harms, "N0"),7}");
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Processors} processors, load average {report.LoadAverage}"));
    }
}
