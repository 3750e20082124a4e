using Engine.LoadTests.Bench;
using Engine.LoadTests.Measuring;
using Engine.LoadTests.Processes;
using Engine.LoadTests.Runtime.Probing;

namespace Engine.LoadTests.Runtime.Bench;

/// <summary>
/// Measures the runtime that the engine stands on, without the engine.
/// </summary>
/// <remarks>
/// A rate by itself says more about the machine than about the runtime, so gRPC is set against a bare HTTP/2 echo on the same
/// server, in the same process, from the same client: their ratio is what gRPC adds. The part <c>loop</c> measures an
/// operation that does nothing; what it costs is in every other part, too. Server and client share the processors, and where
/// others use them as well rates fall at random: so the two echoes run one after the other in each round, and of the rounds'
/// ratios the median counts.
/// </remarks>
internal sealed class RuntimeBenchRun(RuntimeBenchOptions options, TextWriter progress, TimeProvider time)
{
    public const double RatioGoal = 0.75;
    private const int FullConcurrency = 256;
    private const int Streams = 16;
    private const int Activations = 100_000;
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    public async Task<RuntimeBenchReport> RunAsync(CancellationToken cancellationToken)
    {
        Reports.CheckWritable(options.JsonPath);
        await progress.WriteLineAsync("Starting the host.");
        var begin = time.GetTimestamp();
        await using var server = await ServerProcess.StartAsync(
            "The host", typeof(RuntimeBenchRun).Assembly.Location, [RuntimeHostCommand.Name], StartTimeout, time, cancellationToken);
        var processStart = time.GetElapsedTime(begin);
        using var echo = new EchoLoad(server.Address, time);
        using var probe = new StreamLoad(server.Address, time);
        var hostStartMs = (await probe.ObserveAsync(cancellationToken)).StartMs;

        await progress.WriteLineAsync("Starting silos in this process.");
        await using (await OwnSilo.StartAsync(time, cancellationToken))
        {
        }

        await using var silo = await OwnSilo.StartAsync(time, cancellationToken);
        await progress.WriteLineAsync($"Activating {Activations:N0} grains.");
        var (activationBytes, activationsPerSecond) = await silo.ActivateAsync(Activations, cancellationToken);

        BenchPart OnServer(string name, int concurrency, Func<int, LoadLimits, CancellationToken, Task<LoadResult>> run) => new(
            name, concurrency, (limits, token) => run(concurrency, limits, token), () => ProcessCpu.Read(server.Id), probe.ServerAllocatedAsync);

        List<BenchPart> parts =
        [
            new("loop", FullConcurrency, RunNothingAsync, null),
            OnServer("echo_http2", FullConcurrency, echo.RunHttp2Async),
            OnServer("echo_grpc", FullConcurrency, echo.RunGrpcAsync),
            OnServer("echo_grpc_1", 1, echo.RunGrpcAsync),
            OnServer("server_stream", Streams, probe.RunDownAsync),
            OnServer("client_stream", Streams, probe.RunUpAsync),
            OnServer("grpc_to_grain", FullConcurrency, probe.RunGrainAsync),
            new("grain_ping", FullConcurrency, (l, t) => silo.RunPingAsync(FullConcurrency, FullConcurrency, l, t), null),
            new("grain_ping_hot", FullConcurrency, (l, t) => silo.RunPingAsync(FullConcurrency, 1, l, t), null),
        ];
        var reports = await BenchRounds.MeasureAsync(
            parts, options.Time, options.Rounds, options.WarmUp, progress, cancellationToken);
        server.ThrowIfEnded();

        BenchPartReport Part(string name) => reports.Single(r => r.Name == name);
        double Rate(string name) => Part(name).PerSecond;
        double? Cpu(string name) => Part(name).ServerCpuSecondsPerOperation + Part(name).ClientCpuSecondsPerOperation;
        return new RuntimeBenchReport
        {
            EchoHttp2 = Rate("echo_http2"),
            EchoGrpc = Rate("echo_grpc"),
            EchoGrpc1 = Rate("echo_grpc_1"),
            Ratio = BenchRounds.Median(
                [.. Part("echo_grpc").RoundsPerSecond.Zip(Part("echo_http2").RoundsPerSecond, (grpc, bare) => grpc / bare)]),
            RatioGoal = RatioGoal,
            CpuRatio = Cpu("echo_http2") / Cpu("echo_grpc"),
            ServerStream = Rate("server_stream"),
            ClientStream = Rate("client_stream"),
            GrainPing = Rate("grain_ping"),
            GrainPingHot = Rate("grain_ping_hot"),
            GrpcToGrain = Rate("grpc_to_grain"),
            ActivationBytes = activationBytes,
            ActivationsPerSecond = activationsPerSecond,
            Activations = Activations,
            HostStartMs = hostStartMs,
            ProcessStartMs = processStart.TotalMilliseconds,
            WarmSiloStartMs = silo.StartTime.TotalMilliseconds,
            PayloadBytes = Payload.SizeBytes,
            Processors = Environment.ProcessorCount,
            Parts = reports,
        };
    }

    private Task<LoadResult> RunNothingAsync(LoadLimits limits, CancellationToken cancellationToken) =>
        ClosedLoop.RunAsync(FullConcurrency, limits, time, static (_, _, _) => Task.CompletedTask, cancellationToken);
}
