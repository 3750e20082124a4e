using System.Globalization;
using Engine.LoadTests.Chaos.Cluster;
using Engine.LoadTests.Chaos.History;
using Engine.LoadTests.Chaos.Traffic;
using Engine.LoadTests.Measuring;
using Engine.LoadTests.Processes;

namespace Engine.LoadTests.Chaos.Reminders;

/// <summary>Many deadlines that pass while there is nobody who could notice.</summary>
internal sealed class RemindersRun(RemindersOptions options, TextWriter progress, TimeProvider time)
{
    private const int Gateways = 1;
    private const int Concurrency = 64;

    /// <summary>All deadlines lie within this time, each at an instant of its own.</summary>
    private static readonly TimeSpan Spread = TimeSpan.FromSeconds(20);

    /// <summary>More than it takes to kill everything.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan WatchMax = TimeSpan.FromSeconds(300);

    /// <exception cref="EngineFailedException">The cluster does not start, or is too slow to be down before the first deadline.</exception>
    public async Task<ReminderOutageReport> RunAsync(CancellationToken cancellationToken)
    {
        Reports.CheckWritable(options.JsonPath);
        await using var cluster = await ChaosCluster.StartAsync(
            new ClusterOptions
            {
                Silos = options.Silos,
                Gateways = Gateways,
                EngineAssembly = options.EngineAssembly,
                Parent = options.DataParent,
                KeepsLogs = options.KeepsLogs,
            },
            progress, time, cancellationToken);
        await progress.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Starting {options.Count:N0} conversations."));
        var traffic = await TrafficRun.PrepareAsync(
            new TrafficOptions { Conversations = options.Count, DeadlinesPerSecond = 0 }, cluster.Clients, cluster.AdminKey, "reminders", time,
            cancellationToken);
        var first = await SnoozeAllAsync(traffic, cancellationToken);

        await progress.WriteLineAsync("Killing everything.");
        var processes = cluster.Silos.Concat(cluster.Gateways).ToList();
        await Task.WhenAll(processes.Select(p => p.HaltAsync()));
        await cluster.Postgres!.StopImmediatelyAsync(cancellationToken);
        var down = time.GetTimestamp();
        var left = first - time.GetUtcNow();
        if (left < TimeSpan.Zero) throw new EngineFailedException("The first deadline came before everything was down: this machine is too slow.");
        await progress.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Waiting {(left + Spread).TotalSeconds:0} s until all deadlines have passed."));
        await Task.Delay(left + Spread + TimeSpan.FromSeconds(1), time, cancellationToken);

        await progress.WriteLineAsync("Starting everything.");
        var downS = time.GetElapsedTime(down).TotalSeconds;
        var begin = time.GetTimestamp();
        await cluster.Postgres.StartAgainAsync(cancellationToken);
        foreach (var process in processes) await process.StartAsync();
        foreach (var process in processes) await process.WaitUntilServingAsync(StartTimeout, cancellationToken);
        var servingAfter = time.GetElapsedTime(begin);
        return await CheckAsync(cluster, traffic, begin, servingAfter, downS, cancellationToken);
    }

    private async Task<DateTimeOffset> SnoozeAllAsync(TrafficRun traffic, CancellationToken cancellationToken)
    {
        // As fast as the conversations were started, or faster; twice the time to be sure.
        var started = traffic.Operations;
        var took = time.GetElapsedTime(started.Min(o => o.Start), started.Max(o => o.End));
        var first = time.GetUtcNow() + took * 2 + Margin;
        first = first.AddTicks(-(first.Ticks % TimeSpan.TicksPerSecond));
        await progress.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Setting them aside until {first:T}."));
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, options.Count, parallel, async (i, token) =>
        {
            var until = first + TimeSpan.FromMicroseconds((long)(Spread.TotalMicroseconds / options.Count * i));
            var operation = await traffic.SnoozeAsync(i, until, token);
            if (operation.Outcome != OperationOutcome.Acknowledged)
                throw new EngineFailedException($"A conversation was not set aside: {operation.Failure}");
        });
        return first;
    }

    private async Task<ReminderOutageReport> CheckAsync(
        ChaosCluster cluster, TrafficRun traffic, long begin, TimeSpan servingAfter, double downS, CancellationToken cancellationToken)
    {
        await using var subscribers = new Subscribers(cluster.Clients, traffic.Staff.Integration, 1, [], time);
        while (subscribers.EndsSeen < options.Count && time.GetElapsedTime(begin) < WatchMax)
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken);
        double? allFiredAfter = subscribers.EndsSeen >= options.Count ? time.GetElapsedTime(begin).TotalSeconds : null;

        await progress.WriteLineAsync("Reading everything back.");
        var readBack = new ChaosReadBack(traffic.Caller, cluster.Clients, traffic.Staff.Integration, time);
        var names = traffic.Operations.Select(o => o.Conversation!).ToHashSet(StringComparer.Ordinal);
        var logs = await readBack.ReadAsync(names, cancellationToken);
        var findings = HistoryChecker.Check(traffic.Operations, logs);
        var deadlines = DeadlineChecker.Check(logs, time.GetUtcNow());
        return new ReminderOutageReport
        {
            Count = options.Count,
            Silos = options.Silos,
            DownS = downS,
            ServingAfterS = servingAfter.TotalSeconds,
            AllFiredAfterS = allFiredAfter,
            Reminders = RemindersReport.Of(deadlines),
            OtherHarms = findings.Lost + findings.Duplicated + findings.Reordered + findings.StaleReads + findings.Invented,
            Examples = [.. findings.Examples, .. deadlines.Examples],
        };
    }
}
