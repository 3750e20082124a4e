using System.Collections.Concurrent;
using System.Globalization;
using Engine.LoadTests.Calls;
using Engine.LoadTests.Chaos.Traffic;
using Engine.LoadTests.Deadlines;
using Engine.LoadTests.Measuring;
using Engine.LoadTests.Processes;
using Engine.LoadTests.Replay;
using Engine.LoadTests.Shift.Running;
using Engine.LoadTests.Shift.Shop;
using Engine.Testing.Postgres;
using Engine.V1;
using Grpc.Core;

namespace Engine.LoadTests.Routing.Durable;

/// <summary>Measures how fast a queue gives away what waits in it, as durably as it ever does.</summary>
internal sealed class DurableRoutingRun(DurableRoutingOptions options, TextWriter progress, TimeProvider time)
{
    private const string Queue = "queues/bench";
    private const int Units = 10;
    private const int SignOnConcurrency = 64;

    /// <summary>Nothing more is assigned for so long: it has come to an end.</summary>
    private static readonly TimeSpan StallMax = TimeSpan.FromSeconds(30);

    public async Task<DurableRoutingReport> RunAsync(CancellationToken cancellationToken)
    {
        Reports.CheckWritable(options.JsonPath);
        var assembly = options.EngineAssembly ?? await EngineBinary.BuildAsync(progress, cancellationToken);
        var sizes = new List<DurableRoutingSize>();
        foreach (var waiting in options.Waiting)
        {
            if (options.UsesSqlite) sizes.Add(await MeasureAsync(assembly, waiting, null, cancellationToken));
            if (!options.UsesPostgres) continue;
            await using var postgres = await PostgresServer.StartAsync(cancellationToken: cancellationToken);
            sizes.Add(await MeasureAsync(assembly, waiting, postgres, cancellationToken));
        }

        return new DurableRoutingReport
        {
            Sizes = sizes,
            Processors = Environment.ProcessorCount,
            LoadAverage = File.Exists("/proc/loadavg") ? (await File.ReadAllTextAsync("/proc/loadavg", cancellationToken)).Split(' ')[0] : "unknown",
        };
    }

    private async Task<DurableRoutingSize> MeasureAsync(
        string assembly, int waiting, PostgresServer? postgres, CancellationToken cancellationToken)
    {
        var store = postgres is null ? "SQLite" : "PostgreSQL";
        string[] arguments = postgres is null ? [] : ["--postgres", await postgres.CreateDatabaseAsync("engine", cancellationToken)];
        await using var engine = await OwnEngine.StartAsync(assembly, options.DataParent, options.KeepsFiles, arguments, time, cancellationToken);
        var key = await engine.ReadAdminKeyAsync(cancellationToken);
        using var api = new EngineApi(engine.Address);
        await api.CheckAsync(key, time, cancellationToken);
        var headers = EngineApi.Authorize(key);
        var caller = new ClusterCaller([api], new RetryOptions(), time);
        var run = string.Create(CultureInfo.InvariantCulture, $"bench-{Random.Shared.Next(1_000_000_000)}");

        var perAgent = (waiting + options.Agents - 1) / options.Agents;
        perAgent += Math.Max(1, perAgent / 10);
        var setup = new ShopSetup(caller, headers, run, cancellationToken);
        await setup.CreateQueueAsync(new Queue { Name = Queue, DisplayName = "Bench" });
        await progress.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{store}: {options.Agents:N0} agents, {waiting:N0} conversations."));
        var staff = await setup.HireAsync(
            [.. Enumerable.Repeat(new Agent { DisplayName = "Bench", CapacityUnits = Math.Min(10_000, perAgent * Units), Queues = { Queue } }, options.Agents)],
            withKeys: false);
        var begin = time.GetTimestamp();
        await new DeadlineWriter(caller, headers, run, options.FillConcurrency, progress, time)
            .WriteAsync(waiting, _ => "web", static (_, _, _) => { }, cancellationToken, Queue);
        var fill = time.GetElapsedTime(begin);
        await WaitUntilWaitingAsync(caller, headers, waiting, cancellationToken);

        var assignments = new ConcurrentQueue<(DateTimeOffset At, string Conversation, string Agent)>();
        await using var recorder = new EventRecorder([api], headers, fromNow: true, See, time);
        while (!recorder.HasBegun) await Task.Delay(TimeSpan.FromMilliseconds(10), time, cancellationToken);
        var cpu = Cpu(engine, postgres);
        begin = time.GetTimestamp();
        await SignOnAsync(caller, headers, run, staff, cancellationToken);
        var signOn = time.GetElapsedTime(begin);
        await WaitUntilAssignedAsync(engine, assignments, waiting, cancellationToken);
        var used = Cpu(engine, postgres) - cpu;
        var status = await StatusAsync(caller, headers, cancellationToken);
        var tally = DurableRoutingSize.Tally(assignments, perAgent);
        return new DurableRoutingSize
        {
            Store = store,
            Waiting = waiting,
            Agents = options.Agents,
            FillPerSecond = waiting / fill.TotalSeconds,
            SignOnS = signOn.TotalSeconds,
            DrainS = tally.DrainS,
            PerSecond = tally.PerSecond,
            MiddlePerSecond = tally.MiddlePerSecond,
            CpuSecondsPerAssignment = tally.Assigned > 0 ? used?.TotalSeconds / tally.Assigned : null,
            Assigned = tally.Assigned,
            Doubled = tally.Doubled,
            OverCapacity = tally.OverCapacity,
            Reconciled = status.ReconciledCount,
        };

        void See(Event happened)
        {
            foreach (var e in happened.ConversationEvents)
            {
                if (e.AssigneeChanged is { To.Length: > 0 } change) assignments.Enqueue((happened.CommitTime.ToDateTimeOffset(), happened.Resource, change.To));
            }
        }
    }

    private async Task WaitUntilWaitingAsync(ClusterCaller caller, Metadata headers, int waiting, CancellationToken cancellationToken)
    {
        var begin = time.GetTimestamp();
        while ((await StatusAsync(caller, headers, cancellationToken)).WaitingCount < waiting)
        {
            if (time.GetElapsedTime(begin) > StallMax) throw new EngineFailedException("The queue does not come to know of all that waits.");
            await Task.Delay(TimeSpan.FromMilliseconds(200), time, cancellationToken);
        }
    }

    private static Task<QueueStatus> StatusAsync(ClusterCaller caller, Metadata headers, CancellationToken cancellationToken) => caller.CallAsync(
        0, static (api, r, o) => api.Queues.GetQueueStatusAsync(r, o), new GetQueueStatusRequest { Name = Queue }, headers, null, cancellationToken);

    private static Task SignOnAsync(
        ClusterCaller caller, Metadata headers, string run, IReadOnlyList<StaffAgent> staff, CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = SignOnConcurrency, CancellationToken = cancellationToken };
        return Parallel.ForEachAsync(staff, parallel, async (agent, token) => await caller.CallAsync(
            0, static (api, r, o) => api.Agents.SetPresenceAsync(r, o),
            new SetPresenceRequest { RequestId = $"{run}-{agent.Name}", Name = agent.Name, Presence = Presence.Online }, headers, null, token));
    }

    private async Task WaitUntilAssignedAsync(
        OwnEngine engine, ConcurrentQueue<(DateTimeOffset, string, string)> assignments, int waiting, CancellationToken cancellationToken)
    {
        var (last, since, told) = (0, time.GetTimestamp(), time.GetTimestamp());
        while (assignments.Count < waiting)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken);
            engine.ThrowIfEnded();
            if (assignments.Count > last) (last, since) = (assignments.Count, time.GetTimestamp());
            if (time.GetElapsedTime(since) > StallMax) return;
            if (time.GetElapsedTime(told) < TimeSpan.FromSeconds(10)) continue;
            told = time.GetTimestamp();
            await progress.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"  {last:N0} of {waiting:N0} assigned"));
        }
    }

    private static TimeSpan? Cpu(OwnEngine engine, PostgresServer? postgres) => postgres is null
        ? ProcessCpu.Read(engine.ProcessId)
        : ProcessCpu.Read(engine.ProcessId) + ProcessTree.ReadCpu(postgres.ProcessId);
}
