using System.Globalization;
using Engine.LoadTests.CommandLine;
using Engine.LoadTests.Measuring;

namespace Engine.LoadTests.Bench;

/// <summary><c>load-tests bench</c>.</summary>
internal static class BenchCommand
{
    private const string Help = """
        Measures, in one run and with the same client and payload:
          echo_http2   a bare Kestrel HTTP/2 POST echo in a child process, 256 calls in flight
          echo_grpc    a unary gRPC echo in the same child process, 256 calls in flight
          raw_insert   rows into a copy of the journal's table, batches of 256, one sync each
          durable_N    SendMessage to a real engine with N calls in flight, acknowledged when durable
          ratio        durable_256 / (1 / (1 / echo_http2 + 1 / raw_insert))
        Every part is measured in several rounds; rates are medians. Afterwards the messages are counted: what was
        acknowledged must be there. With --postgres the engine is one process on a PostgreSQL of its own, raw_insert inserts
        with one statement a batch into the same server, and the server's CPU time is the engine's and PostgreSQL's together.
        """;

    /// <summary>Options that both benchmarks have.</summary>
    public static IReadOnlyList<OptionSpec> EngineOptions { get; } =
    [
        new("--json", "FILE", "Write the results there."),
        new("--engine", "FILE", "The engine.dll to start instead of building src/Silo."),
        new("--data-parent", "DIR", "Make the engine's folder there: measures that disk. Default: temporary files."),
        new("--keep", null, "Keep the engine's folder."),
    ];

    public static Command Describe() => new(
        "bench",
        "Measures the engine against what its machine can do.",
        Help,
        [
            new("--seconds", "N", "Measure each part for N seconds in all, 1 to 600. Default 10."),
            new("--rounds", "N", "Rounds over all parts, 1 to 20. Default 3."),
            new("--warm-up", "N", "Seconds for each part before the first round, 0 to 60. Default 3."),
            new("--conversations", "N", "Conversations that the messages go to, 256 to 100000. Default 1024."),
            new("--postgres", null, "On a PostgreSQL started for this run, instead of the embedded store."),
            .. EngineOptions,
        ],
        RunAsync);

    internal static BenchOptions Parse(Arguments arguments) => new()
    {
        JsonPath = arguments.Text("--json"),
        Time = TimeSpan.FromSeconds(arguments.Number("--seconds", 10, 1, 600)),
        Rounds = arguments.Number("--rounds", 3, 1, 20),
        WarmUp = TimeSpan.FromSeconds(arguments.Number("--warm-up", 3, 0, 60)),
        Conversations = arguments.Number("--conversations", 1_024, 256, 100_000),
        UsesPostgres = arguments.Has("--postgres"),
        EngineAssembly = arguments.Text("--engine"),
        DataParent = arguments.Text("--data-parent"),
        KeepsFiles = arguments.Has("--keep"),
    };

    private static async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var options = Parse(arguments);
        var report = await new BenchRun(options, Console.Out, Console.Error, TimeProvider.System).RunAsync(cancellationToken);
        await Reports.WriteAsync(options.JsonPath, report, cancellationToken);
        Print(report);
        return ExitCode.Success;
    }

    private static void Print(BenchReport report)
    {
        Console.Out.WriteLine();
        Console.Out.WriteLine($"{"",-12}{"per second",14}{"p50 ms",10}{"p99 ms",10}{"server CPU µs",16}");
        foreach (var part in report.Parts)
        {
            var cpu = part.ServerCpuSecondsPerOperation * 1_000_000;
            Console.Out.WriteLine(
                $"{part.Name,-12}{Reports.Number(part.PerSecond),14}{Reports.Number(part.P50Ms, "F2"),10}"
                + $"{Reports.Number(part.P99Ms, "F2"),10}{Reports.Number(cpu),16}");
        }

        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"ratio {report.Ratio:F3} (durable_256 to {report.Bound:N0}, one echo and one insert); echo in a {report.EchoServer}"));
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.MessagesAcknowledged:N0} messages acknowledged and counted; {report.Processors} processors, {report.FileSystem}"));
    }
}
