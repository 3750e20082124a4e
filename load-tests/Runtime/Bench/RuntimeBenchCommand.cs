using System.Globalization;
using Engine.LoadTests.CommandLine;
using Engine.LoadTests.Measuring;

namespace Engine.LoadTests.Runtime.Bench;

/// <summary><c>load-tests bench runtime</c>.</summary>
internal static class RuntimeBenchCommand
{
    private const string Help = """
        Measures Orleans and gRPC as this program was built with them, without the engine, in one run:
          loop           nothing: what the loop that measures costs by itself
          echo_http2     a bare Kestrel HTTP/2 POST echo in a child process, 256 calls in flight
          echo_grpc      a unary gRPC echo in the same process, 256 calls in flight
          echo_grpc_1    the same, one call at a time
          server_stream  messages from server to client on 16 streams
          client_stream  messages from client to server on 16 streams
          grpc_to_grain  a unary gRPC call that a grain in the server's silo answers, 256 in flight
          grain_ping     a call of a grain in this process's own silo, 256 callers, a grain for each
          grain_ping_hot the same, all on one grain
          ratio          echo_grpc / echo_http2, median of the rounds; the goal is 0.75
        besides bytes that an activation keeps and how long a silo takes to start. CPU and allocated bytes are for one
        operation, which on a stream is one message; those of the client include the loop's.
        """;

    public static Command Describe() => new(
        "bench runtime",
        "Measures the runtime under the engine: gRPC and grains by themselves.",
        Help,
        [
            new("--json", "FILE", "Write the results there."),
            new("--seconds", "N", "Measure each part for N seconds in all, 1 to 600. Default 10."),
            new("--rounds", "N", "Rounds over all parts, 1 to 20. Default 5."),
            new("--warm-up", "N", "Seconds for each part before the first round, 0 to 60. Default 2."),
        ],
        RunAsync);

    internal static RuntimeBenchOptions Parse(Arguments arguments) => new()
    {
        JsonPath = arguments.Text("--json"),
        Time = TimeSpan.FromSeconds(arguments.Number("--seconds", 10, 1, 600)),
        Rounds = arguments.Number("--rounds", 5, 1, 20),
        WarmUp = TimeSpan.FromSeconds(arguments.Number("--warm-up", 2, 0, 60)),
    };

    private static async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var options = Parse(arguments);
        var report = await new RuntimeBenchRun(options, Console.Error, TimeProvider.System).RunAsync(cancellationToken);
        await Reports.WriteAsync(options.JsonPath, report, cancellationToken);
        Print(report);
        return ExitCode.Success;
    }

    private static void Print(RuntimeBenchReport report)
    {
        Console.Out.WriteLine();
        Console.Out.WriteLine(
            $"{"",-15}{"per second",13}{"p50 ms",9}{"p99 ms",9}{"CPU µs server",15}{"client",9}{"bytes server",14}{"client",9}");
        foreach (var part in report.Parts)
        {
            Console.Out.WriteLine(
                $"{part.Name,-15}{Reports.Number(part.PerSecond, "N0"),13}{Reports.Number(part.P50Ms, "F3"),9}"
                + $"{Reports.Number(part.P99Ms, "F2"),9}{Reports.Number(part.ServerCpuSecondsPerOperation * 1_000_000),15}"
                + $"{Reports.Number(part.ClientCpuSecondsPerOperation * 1_000_000),9}"
                + $"{Reports.Number(part.ServerAllocatedBytesPerOperation, "N0"),14}"
                + $"{Reports.Number(part.ClientAllocatedBytesPerOperation, "N0"),9}");
        }

        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"ratio {report.Ratio:F3} (echo_grpc to echo_http2; goal {report.RatioGoal:F2}: {(report.Ratio >= report.RatioGoal ? "reached" : "missed")}), by CPU time {Reports.Number(report.CpuRatio, "F3")}"));
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"activation {report.ActivationBytes:N0} bytes each of {report.Activations:N0}, {report.ActivationsPerSecond:N0} a second"));
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"start-up of silo and server in a new process {report.HostStartMs:N0} ms ({report.ProcessStartMs:N0} ms with the process), of a silo in a warm process {report.WarmSiloStartMs:N0} ms"));
        Console.Out.WriteLine($"{report.PayloadBytes} bytes of payload; {report.Processors} processors, shared by client and server");
    }
}
