using Engine.LoadTests.Calls;
using Engine.LoadTests.Echo;
using Engine.LoadTests.Measuring;
using Engine.LoadTests.Processes;
using Engine.Testing.Postgres;

namespace Engine.LoadTests.Bench;

/// <summary>
/// Measures the engine against what its machine can do.
/// </summary>
/// <remarks>
/// Messages a second say little: another machine, another number. So the same run measures the two things no durable
/// message can do without - a call over HTTP/2 and a row in the journal - with the same client, the same payload and the same
/// library, and the ratio tells how much the engine adds to them. A machine that others use too changes from second to second,
/// so every part is measured in several rounds, one part after the other in each, and its rate is the median.
/// </remarks>
internal sealed class BenchRun(BenchOptions options, TextWriter output, TextWriter progress, TimeProvider time)
{
    private const int FullConcurrency = 256;
    private const string JournalFile = "journal.db";
    private static readonly int[] DurableConcurrency = [1, 64, FullConcurrency];

    public async Task<BenchReport> RunAsync(CancellationToken cancellationToken)
    {
        Reports.CheckWritable(options.JsonPath);
        var assembly = options.EngineAssembly ?? await EngineBinary.BuildAsync(progress, cancellationToken);
        await using var postgres = options.UsesPostgres ? await PostgresServer.StartAsync(cancellationToken: cancellationToken) : null;
        var database = postgres is null ? null : await postgres.CreateDatabaseAsync("engine", cancellationToken);
        await using var engine = await OwnEngine.StartAsync(
            assembly, options.DataParent, options.KeepsFiles, database is null ? [] : ["--postgres", database], time, cancellationToken);
        var key = await engine.ReadAdminKeyAsync(cancellationToken);
        await using IRawInsertLoad raw = database is null
            ? await CreateSqliteInsertsAsync(engine, cancellationToken)
            : await PostgresInsertLoad.CreateAsync(database, time, cancellationToken);
        // With a server the work of storing is done in its processes.
        TimeSpan? EngineCpu() => postgres is null
            ? ProcessCpu.Read(engine.ProcessId)
            : ProcessCpu.Read(engine.ProcessId) + ProcessTree.ReadCpu(postgres.ProcessId);

        await using var echoServer = await ServerProcess.StartAsync(
            "The echo", typeof(BenchRun).Assembly.Location, [EchoServerCommand.Name], TimeSpan.FromSeconds(30), time,
            cancellationToken);
        using var echo = new EchoLoad(echoServer.Address, time);
        using var api = new EngineApi(engine.Address);
        await api.CheckAsync(key, time, cancellationToken);
        var load = new MessageLoad(api, key, time);
        await progress.WriteLineAsync($"Starting {options.Conversations:N0} conversations.");
        var conversations = await load.StartAsync(options.Conversations, cancellationToken);

        List<BenchPart> parts =
        [
            new("echo_http2", FullConcurrency, (l, t) => echo.RunHttp2Async(FullConcurrency, l, t), () => ProcessCpu.Read(echoServer.Id)),
            new("echo_grpc", FullConcurrency, (l, t) => echo.RunGrpcAsync(FullConcurrency, l, t), () => ProcessCpu.Read(echoServer.Id)),
            new("raw_insert", RawInsertLoad.BatchRows, raw.RunAsync, postgres is null ? null : () => ProcessTree.ReadCpu(postgres.ProcessId)),
            .. DurableConcurrency.Select(concurrency => new BenchPart(
                $"durable_{concurrency}", concurrency, (l, t) => load.RunAsync(conversations, concurrency, l, t),
                EngineCpu)),
        ];
        var reports = await BenchRounds.MeasureAsync(
            parts, options.Time, options.Rounds, options.WarmUp, progress, cancellationToken);
        await progress.WriteLineAsync("Counting the messages.");
        await load.VerifyAsync(conversations, cancellationToken);
        engine.ThrowIfEnded();
        if (options.KeepsFiles) await output.WriteLineAsync($"Files: {engine.DataDirectory}");

        double Rate(string name) => reports.Single(r => r.Name == name).PerSecond;
        var bound = Bound(Rate("echo_http2"), Rate("raw_insert"));
        return new BenchReport
        {
            EchoHttp2 = Rate("echo_http2"),
            EchoGrpc = Rate("echo_grpc"),
            RawInsert = Rate("raw_insert"),
            Durable1 = Rate("durable_1"),
            Durable64 = Rate("durable_64"),
            Durable256 = Rate("durable_256"),
            Bound = bound,
            Ratio = Rate("durable_256") / bound,
            MessagesAcknowledged = load.Acknowledged,
            PayloadBytes = Payload.SizeBytes,
            EchoServer = "child process",
            Store = postgres is null ? "sqlite" : "postgres",
            Processors = Environment.ProcessorCount,
            FileSystem = FileSystems.Of(postgres?.DataDirectory ?? engine.DataDirectory),
            Parts = reports,
        };
    }

    private async Task<IRawInsertLoad> CreateSqliteInsertsAsync(OwnEngine engine, CancellationToken cancellationToken)
    {
        // The journal's table is read while nobody uses the file.
        await engine.KillAsync();
        var raw = RawInsertLoad.Create(
            Path.Combine(engine.DataDirectory, JournalFile), Path.Combine(engine.DataDirectory, "raw-insert.db"), time);
        await engine.RestartAsync(cancellationToken);
        return raw;
    }

    internal static double Bound(double echo, double insert) => 1 / (1 / echo + 1 / insert);
}
