using System.Globalization;
using Engine.LoadTests.Bench;
using Engine.LoadTests.Calls;
using Engine.LoadTests.Chaos.Cluster;
using Engine.LoadTests.Measuring;
using Engine.LoadTests.Processes;
using Npgsql;

namespace Engine.LoadTests.Scaling;

/// <summary>
/// Measures what silos cost.
/// </summary>
/// <remarks>
/// On one machine more silos share the same processors, so messages a second say nothing about scaling out. What does say
/// something is the CPU time of a message: where it stays the same with more silos, more machines bring more messages; where it
/// grows, it tells what will be short first. The journal names the silo that wrote each conversation's last commit, so every
/// message can be sent to the silo that has its conversation, or on purpose to another one: the difference is the hop.
/// </remarks>
internal sealed class ScalingRun(ScalingOptions options, TextWriter progress, TimeProvider time)
{
    private const int Gateways = 2;
    private const long MessagesMax = 10_000_000;
    private const string OwnersSql =
        "SELECT DISTINCT ON (stream) split_part(stream, '/', 3), silo FROM journal WHERE split_part(stream, '/', 2) = 'conversation' ORDER BY stream, version DESC";

    private const string TransactionsSql = "SELECT sum(xact_commit + xact_rollback)::bigint FROM pg_stat_database";

    public async Task<ScalingReport> RunAsync(CancellationToken cancellationToken)
    {
        Reports.CheckWritable(options.JsonPath);
        var assembly = options.EngineAssembly ?? await EngineBinary.BuildAsync(progress, cancellationToken);
        var sizes = new List<SizeReport>();
        (double PerSecond, double CpuUs) pings = default;
        foreach (var silos in options.Silos)
        {
            await using var cluster = await ChaosCluster.StartAsync(
                new ClusterOptions
                {
                    Silos = silos,
                    Gateways = Gateways,
                    SilosServe = true,
                    EngineAssembly = assembly,
                    Parent = options.DataParent,
                    KeepsLogs = options.KeepsLogs,
                },
                progress, time, cancellationToken);
            sizes.Add(await MeasureAsync(cluster, cancellationToken));
            if (silos != options.Silos[^1]) continue;
            await progress.WriteLineAsync("Pinging from silo to silo.");
            foreach (var process in cluster.Silos.Concat(cluster.Gateways)) await process.HaltAsync();
            pings = await CrossSiloPing.MeasureAsync(cluster.ConnectionString!, cluster.Folder, options.Time, time, cancellationToken);
        }

        return new ScalingReport
        {
            Sizes = sizes,
            CrossSiloPingsPerSecond = pings.PerSecond,
            CrossSiloPingCpuUs = pings.CpuUs,
            Concurrency = options.Concurrency,
            Processors = Environment.ProcessorCount,
        };
    }

    private async Task<SizeReport> MeasureAsync(ChaosCluster cluster, CancellationToken cancellationToken)
    {
        var apis = cluster.Silos.Select(s => new EngineApi(s.Address)).ToList();
        try
        {
            await progress.WriteLineAsync($"Starting {options.Conversations} conversations on {cluster.Silos.Count} silos.");
            var names = await new MessageLoad(cluster.Clients[0], cluster.AdminKey, time).StartAsync(options.Conversations, cancellationToken);
            var owners = await ReadOwnersAsync(cluster, names, cancellationToken);
            var ways = new List<(string Name, Func<int, EngineApi> Route)> { ("local", i => apis[owners[i]]) };
            if (apis.Count > 1) ways.Add(("forwarded", i => apis[(owners[i] + 1 + i % (apis.Count - 1)) % apis.Count]));
            ways.Add(("gateway", i => cluster.Clients[i % cluster.Clients.Count]));

            var reports = new List<WayReport>();
            foreach (var (name, route) in ways) await RunAsync(cluster, name, names, route, options.Time / 2, cancellationToken);
            foreach (var (name, route) in ways)
                reports.Add(await RunAsync(cluster, name, names, route, options.Time, cancellationToken));
            var connections = await Connections.ReadAsync(cancellationToken);
            return await WatchIdleAsync(cluster, reports, connections, cancellationToken);
        }
        finally
        {
            foreach (var api in apis) api.Dispose();
        }
    }

    private async Task<WayReport> RunAsync(
        ChaosCluster cluster, string name, IReadOnlyList<string> conversations, Func<int, EngineApi> route, TimeSpan length,
        CancellationToken cancellationToken)
    {
        await progress.WriteLineAsync($"Measuring: {name}.");
        var loads = new Dictionary<EngineApi, MessageLoad>();
        MessageLoad LoadOf(int i)
        {
            var api = route(i);
            if (!loads.TryGetValue(api, out var load)) loads[api] = load = new MessageLoad(api, cluster.AdminKey, time);
            return load;
        }

        MessageLoad[] byConversation = [.. Enumerable.Range(0, conversations.Count).Select(LoadOf)];
        var before = ClusterCpu.Read(cluster);
        var result = await ClosedLoop.RunAsync(
            options.Concurrency, new LoadLimits(length, MessagesMax), time,
            (worker, n, token) =>
            {
                var i = (int)((worker + n * options.Concurrency) % conversations.Count);
                return byConversation[i].SendAsync(conversations[i], token);
            },
            cancellationToken);
        var used = ClusterCpu.Read(cluster) - before;
        var latency = result.Latency.Summarize();
        return new WayReport
        {
            Name = name,
            Messages = result.Operations,
            PerSecond = result.PerSecond,
            P50Ms = latency.P50Ms,
            P99Ms = latency.P99Ms,
            SilosCpuUs = used.Silos.TotalMicroseconds / result.Operations,
            GatewaysCpuUs = used.Gateways.TotalMicroseconds / result.Operations,
            PostgresCpuUs = used.Postgres.TotalMicroseconds / result.Operations,
        };
    }

    /// <summary>For each conversation, the number of the silo that has it.</summary>
    private static async Task<int[]> ReadOwnersAsync(
        ChaosCluster cluster, IReadOnlyList<string> conversations, CancellationToken cancellationToken)
    {
        var silos = cluster.Silos.Select((silo, number) => (Name: $"{silo.Plan.SiloListens}", number))
            .ToDictionary(s => s.Name, s => s.number, StringComparer.Ordinal);
        var owners = new Dictionary<string, int>(StringComparer.Ordinal);
        await using var connection = new NpgsqlConnection(cluster.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(OwnersSql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var silo = reader.GetString(1);
            owners[$"conversations/{reader.GetString(0)}"] = silos.TryGetValue(silo, out var number)
                ? number
                : throw new EngineFailedException($"The journal names a silo '{silo}' that nobody started.");
        }

        return [.. conversations.Select(name => owners[name])];
    }

    private async Task<SizeReport> WatchIdleAsync(
        ChaosCluster cluster, List<WayReport> ways, Connections connections, CancellationToken cancellationToken)
    {
        await progress.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Watching the idle cluster for {options.Idle.TotalSeconds:0} s."));
        // What the load left behind is done first.
        await Task.Delay(TimeSpan.FromSeconds(3), time, cancellationToken);
        var transactions = await TransactionsAsync(cluster, cancellationToken);
        var cpu = ClusterCpu.Read(cluster);
        var begin = time.GetTimestamp();
        await Task.Delay(options.Idle, time, cancellationToken);
        var used = ClusterCpu.Read(cluster) - cpu;
        var seconds = time.GetElapsedTime(begin).TotalSeconds;
        var counted = await TransactionsAsync(cluster, cancellationToken) - transactions;
        return new SizeReport
        {
            Silos = cluster.Silos.Count,
            Gateways = cluster.Gateways.Count,
            Ways = ways,
            SiloConnections = connections.To(cluster.Silos.Select(s => s.Plan.SiloListens!.Port)),
            ClientConnections = connections.To(cluster.Silos.Select(s => s.Plan.GatewayListens!.Port)),
            DatabaseConnections = connections.To([cluster.Postgres!.Port]),
            IdleTransactionsPerSecond = counted / seconds,
            IdleSiloCpuPercent = 100 * used.Silos.TotalSeconds / seconds / cluster.Silos.Count,
            IdlePostgresCpuPercent = 100 * used.Postgres.TotalSeconds / seconds,
        };
    }

    private static async Task<long> TransactionsAsync(ChaosCluster cluster, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection($"{cluster.ConnectionString};Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(TransactionsSql, connection);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
