using System.Globalization;
using Engine.LoadTests.Chaos;
using Engine.LoadTests.CommandLine;
using Engine.LoadTests.Measuring;

namespace Engine.LoadTests.Scaling;

/// <summary><c>load-tests scaling</c>.</summary>
internal static class ScalingCommand
{
    private const string Help = """
        Measures what more silos cost, on one machine, where they cannot bring more throughput: the CPU time of a message by
        process (silos, gateways, PostgreSQL; from /proc), told apart by its way:
          local      the call ends at the silo that has the conversation
          forwarded  at another silo, which passes it on
          gateway    at a gateway, which is a client of the silos
        and what grows with the silos when nothing happens: connections, transactions on the database, CPU time. At the end
        two processes without the engine measure pings from silo to silo.
        """;

    public static Command Describe() => new(
        "scaling",
        "Measures what a message costs on more and more silos.",
        Help,
        [
            new("--silos", "LIST", "How many, separated by commas, 1 to 16 each. Default 1,2,4,8."),
            new("--seconds", "N", "Measure each way for N seconds, 2 to 600. Default 10."),
            new("--idle", "N", "Watch the idle cluster for N seconds, 5 to 600. Default 20."),
            new("--concurrency", "N", "Calls in flight, 1 to 1024. Default 64."),
            new("--conversations", "N", "Conversations that the messages go to, 16 to 100000. Default 1024."),
            .. ChaosCommand.ClusterOptions,
        ],
        RunAsync);

    internal static ScalingOptions Parse(Arguments arguments) => new()
    {
        Silos = ParseSilos(arguments.Text("--silos") ?? "1,2,4,8"),
        Time = TimeSpan.FromSeconds(arguments.Number("--seconds", 10, 2, 600)),
        Idle = TimeSpan.FromSeconds(arguments.Number("--idle", 20, 5, 600)),
        Concurrency = arguments.Number("--concurrency", 64, 1, 1_024),
        Conversations = arguments.Number("--conversations", 1_024, 16, 100_000),
        JsonPath = arguments.Text("--json"),
        EngineAssembly = arguments.Text("--engine"),
        DataParent = arguments.Text("--data-parent"),
        KeepsLogs = arguments.Has("--keep-logs"),
    };

    private static List<int> ParseSilos(string text)
    {
        var counts = new List<int>();
        foreach (var word in text.Split(','))
        {
            if (!int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is < 1 or > 16)
                throw new UsageException($"Option '--silos' must be whole numbers from 1 to 16, separated by commas, not '{text}'.");
            counts.Add(count);
        }

        return counts;
    }

    private static async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var options = Parse(arguments);
        var report = await new ScalingRun(options, Console.Error, TimeProvider.System).RunAsync(cancellationToken);
        Print(report);
        await Reports.WriteAsync(options.JsonPath, report, cancellationToken);
        return ExitCode.Success;
    }

    private static void Print(ScalingReport report)
    {
        Console.Out.WriteLine();
        Console.Out.WriteLine($"{"silos",-7}{"way",-11}{"per second",12}{"p50 ms",9}{"silos µs",11}{"gateways µs",13}{"PostgreSQL µs",15}{"sum µs",9}");
        foreach (var size in report.Sizes)
        {
            foreach (var way in size.Ways)
            {
                Console.Out.WriteLine(
                    $"{size.Silos,-7}{way.Name,-11}{Reports.Number(way.PerSecond, "N0"),12}{Reports.Number(way.P50Ms, "F1"),9}{Reports.Number(way.SilosCpuUs, "N0"),11}"
                    + $"{Reports.Number(way.GatewaysCpuUs, "N0"),13}{Reports.Number(way.PostgresCpuUs, "N0"),15}{Reports.Number(way.CpuUs, "N0"),9}");
            }
        }

        Console.Out.WriteLine();
        Console.Out.WriteLine($"{"silos",-7}{"silo-silo",11}{"client-silo",13}{"to PostgreSQL",15}{"idle tx/s",11}{"idle silo CPU %",17}{"idle PostgreSQL CPU %",23}");
        foreach (var size in report.Sizes)
        {
            Console.Out.WriteLine(
                $"{size.Silos,-7}{size.SiloConnections,11}{size.ClientConnections,13}{size.DatabaseConnections,15}{Reports.Number(size.IdleTransactionsPerSecond),11}"
                + $"{Reports.Number(size.IdleSiloCpuPercent, "F2"),17}{Reports.Number(size.IdlePostgresCpuPercent, "F2"),23}");
        }

        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"\n{report.CrossSiloPingsPerSecond:N0} pings a second from silo to silo, {report.CrossSiloPingCpuUs:F1} µs of both; {report.Processors} processors"));
    }
}
