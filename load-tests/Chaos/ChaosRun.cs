using System.Globalization;
using Engine.LoadTests.Chaos.Cluster;
using Engine.LoadTests.Chaos.Faults;
using Engine.LoadTests.Chaos.History;
using Engine.LoadTests.Chaos.Traffic;
using Engine.LoadTests.Measuring;
using Engine.LoadTests.Processes;

namespace Engine.LoadTests.Chaos;

/// <summary>
/// Finds out whether the engine keeps its promises while things break.
/// </summary>
/// <remarks>
/// A test that breaks one thing and looks at one thing finds what its author thought of. Here nobody thinks of anything: real
/// processes serve a shop at work, things break at random while it goes on, and everything that anybody was told during the
/// run is written down - by callers, who know when they asked and what was answered, and by subscribers. In the end everything
/// is read back and the whole history is checked at once (<see cref="HistoryChecker"/>, <see cref="DeadlineChecker"/>,
/// <see cref="OwnershipChecker"/>). The seed draws the same calls and the same faults again; it cannot draw the same moments.
/// </remarks>
internal sealed class ChaosRun(ChaosOptions options, TextWriter progress, TimeProvider time)
{
    private const int EventSubscribers = 2;
    private const int WatchedConversations = 20;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);

    /// <summary>After the last fault, so that what it delayed is still seen.</summary>
    private static readonly TimeSpan After = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(15);

    /// <summary>How much longer than planned kills may take until the run gives up.</summary>
    private const int PatienceFactor = 20;

    /// <exception cref="EngineFailedException">The cluster does not start, or a process does not come back.</exception>
    public async Task<ChaosReport> RunAsync(CancellationToken cancellationToken)
    {
        Reports.CheckWritable(options.JsonPath);
        await using var cluster = await ChaosCluster.StartAsync(
            new ClusterOptions
            {
                Silos = options.Silos,
                Gateways = options.Gateways,
                UsesSqlite = options.UsesSqlite,
                CanCut = options.Faults.Contains(FaultKind.Partition),
                EngineAssembly = options.EngineAssembly,
                Parent = options.DataParent,
                KeepsLogs = options.KeepsLogs,
                Arguments = options.EngineArguments,
                Surroundings = options.HasWrongClocks ? WrongClock.OfSecondAndThird : new Dictionary<int, SiloSurroundings>(),
            },
            progress, time, cancellationToken);
        if (options.HasWrongClocks) WrongClock.CheckInEffect(cluster.Silos);

        var run = string.Create(CultureInfo.InvariantCulture, $"chaos-{options.Seed}");
        await progress.WriteLineAsync($"Starting {options.Conversations} conversations.");
        var traffic = await TrafficRun.PrepareAsync(
            new TrafficOptions { Seed = options.Seed, MessagesPerSecond = options.MessagesPerSecond, Conversations = options.Conversations },
            cluster.Clients, cluster.AdminKey, run, time, cancellationToken);
        await using var subscribers = new Subscribers(
            cluster.Clients, traffic.Staff.Integration, EventSubscribers,
            [.. traffic.Operations.Take(WatchedConversations).Select(o => o.Conversation!)], time);

        await using var burners = options.Burns ? await Burners.StartAsync(cluster.Folder) : null;
        var begin = time.GetTimestamp();
        var injector = new FaultInjector(cluster, time);
        using var stop = new CancellationTokenSource();
        var load = traffic.RunAsync(stop.Token, cancellationToken);
        try
        {
            await Task.Delay(WarmUp, time, cancellationToken);
            await BreakAsync(injector, traffic, load, cancellationToken);
            await injector.EndAsync();
            await cluster.WaitUntilServingAsync(cancellationToken);
            await Task.Delay(After, time, cancellationToken);
        }
        finally
        {
            await stop.CancelAsync();
        }

        await load;
        var duration = time.GetElapsedTime(begin);
        var exits = cluster.All.SelectMany(p => p.Exits).Where(e => !injector.Explains(e)).ToList();
        await progress.WriteLineAsync("Reading everything back.");
        var check = new ChaosCheck(cluster, traffic, subscribers, progress, time);
        var report = await check.RunAsync(options, injector, duration, exits, cancellationToken);
        if (options.KeepsLogs) await progress.WriteLineAsync($"Logs: {cluster.Folder}");
        return report;
    }

    /// <summary>Breaks things until enough is broken, or the time is over.</summary>
    private async Task BreakAsync(FaultInjector injector, TrafficRun traffic, Task load, CancellationToken cancellationToken)
    {
        var begin = time.GetTimestamp();
        var end = options.Kills is { } kills ? options.ChangeEvery * kills * PatienceFactor + TimeSpan.FromMinutes(2) : options.Time;
        var told = TimeSpan.Zero;
        using var planned = options.Faults.Count == 0
            ? Enumerable.Empty<PlannedFault>().GetEnumerator()
            : FaultSchedule.Draw(options.Seed, options.Faults, options.ChangeEvery, options.DowntimeMax).GetEnumerator();
        var next = planned.MoveNext() ? planned.Current : null;
        var shift = TimeSpan.Zero;
        while (time.GetElapsedTime(begin) < end && !(injector.Kills >= options.Kills))
        {
            // A run whose traffic has failed is over.
            if (load.IsCompleted) await load;
            var elapsed = time.GetElapsedTime(begin);
            if (elapsed - told >= ProgressEvery)
            {
                told = elapsed;
                await progress.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{elapsed.TotalSeconds,5:0} s: {traffic.Operations.Count:N0} calls ended, {traffic.Outstanding:N0} under way, {injector.Records.Count} faults, {injector.Kills} kills."));
            }

            if (next is not null && elapsed >= next.At + shift)
            {
                if (Begin(injector, next, cancellationToken) is { } begun)
                {
                    await progress.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalSeconds,5:0} s: {begun.ToString().ToLowerInvariant()}."));
                    next = planned.MoveNext() ? planned.Current : null;
                }
                else
                {
                    // It waits until something can be hit, and the rest with it.
                    shift = elapsed - next.At;
                }
            }

            await Task.Delay(Tick, time, cancellationToken);
        }

        if (injector.Kills < options.Kills)
            throw new EngineFailedException($"Only {injector.Kills} of {options.Kills} kills could be done: the cluster does not come back fast enough.");
    }

    /// <summary>Does what was planned, or else the next kind in line for which there is somebody to be hit.</summary>
    private FaultKind? Begin(FaultInjector injector, PlannedFault planned, CancellationToken cancellationToken)
    {
        var first = options.Faults.ToList().IndexOf(planned.Kind);
        for (var i = 0; i < options.Faults.Count; i++)
        {
            var kind = options.Faults[(first + i) % options.Faults.Count];
            if (injector.Begin(planned with { Kind = kind }, cancellationToken)) return kind;
        }

        return null;
    }
}
