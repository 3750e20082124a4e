using System.Globalization;
using Engine.LoadTests.Calls;
using Engine.LoadTests.Chaos.Cluster;
using Engine.LoadTests.Chaos.Faults;
using Engine.LoadTests.Chaos.Traffic;
using Engine.LoadTests.Measuring;
using Engine.LoadTests.Processes;
using Engine.LoadTests.Replay;
using Engine.LoadTests.Shift.People;
using Engine.LoadTests.Shift.Running;
using Engine.LoadTests.Shift.Shop;
using Google.Protobuf;

namespace Engine.LoadTests.Shift;

/// <summary>
/// A day of a shop, played through the API of an engine that really runs.
/// </summary>
/// <remarks>
/// Routing and promises are easily right for one conversation at a time. Here thousands of customers, some dozens of agents, offers,
/// breaks, transfers and deadlines meet in one workspace, on a clock that runs sixty times as fast, which makes everything that
/// takes real time sixty times as dear. Customers come whether or not the staff keeps up (an open loop). Who plays and who judges
/// are kept apart: <see cref="ShiftCustomer"/> and <see cref="ShiftAgent"/> act as clients do, and
/// <see cref="Observing.ShiftObserver"/> gets the events, and what they said they did.
/// </remarks>
internal sealed class ShiftRun(ShiftOptions options, TextWriter progress, TimeProvider time)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(15);

    /// <summary>Nothing has been left to do for so long, in real time: the last events have come.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);

    /// <summary>Customers begin to come this long after the set-up: every silo goes by the rules, and the first agents are there.</summary>
    private static readonly TimeSpan BeforeBegin = TimeSpan.FromSeconds(5);

    /// <exception cref="EngineFailedException">The engine does not start, or a process does not come back.</exception>
    public async Task<ShiftReport> RunAsync(CancellationToken cancellationToken)
    {
        Reports.CheckWritable(options.JsonPath);
        await using var cluster = await ChaosCluster.StartAsync(
            new ClusterOptions
            {
                Silos = options.Silos,
                Gateways = 0,
                UsesSqlite = !options.UsesPostgres,
                EngineAssembly = options.EngineAssembly,
                Parent = options.DataParent,
                KeepsLogs = options.KeepsLogs,
                Arguments = ["--clock-speed", options.ClockSpeed.ToString(CultureInfo.InvariantCulture), .. options.EngineArguments],
            },
            progress, time, cancellationToken);
        var number = Random.Shared.Next(1_000_000_000);
        var run = string.Create(CultureInfo.InvariantCulture, $"shift-{number}");
        var caller = new ClusterCaller(
            cluster.Clients, new RetryOptions { Attempt = TimeSpan.FromSeconds(10), PauseMax = TimeSpan.FromMilliseconds(500) }, time);
        var admin = EngineApi.Authorize(cluster.AdminKey);

        await progress.WriteLineAsync("Setting the shop up.");
        var setup = new ShopSetup(caller, admin, run, cancellationToken);
        var integration = await setup.ConnectAsync();
        var clock = await ShiftClock.LearnAsync(caller, integration, run, options.ClockSpeed, time, cancellationToken);
        var floor = new ShopFloor();
        await using var recorder = new EventRecorder(cluster.Clients, integration, fromNow: false, floor.See, time);
        var plan = ShopPlan.BlackFriday(options.Agents, clock.Now + BeforeBegin * options.ClockSpeed, options.Hours, options.PendingPercent);
        await setup.ApplyAsync(plan);
        var staff = await setup.HireAsync(plan.Agents, withKeys: true);

        using var calls = new ShiftCalls(caller, run, options.Concurrency, time);
        var log = new SentLog();
        var begin = clock.Now + BeforeBegin * options.ClockSpeed;
        var setting = new ShiftSetting(calls, floor, log, clock, begin, begin + options.Hours, integration, number);
        using var close = new CancellationTokenSource();
        var agents = Agents(setting, staff, cluster.Clients);
        var cpu = Cpu(cluster);
        var started = time.GetTimestamp();
        var working = Work(agents, close.Token, cancellationToken);
        var injector = new FaultInjector(cluster, time);
        using var stopFaults = new CancellationTokenSource();
        var breaking = BreakAsync(injector, stopFaults.Token, cancellationToken);
        var coming = new Customers(setting, options.Customers, options.Seed);
        var buying = coming.RunAsync(close.Token, cancellationToken);
        var finished = await WaitUntilDoneAsync(setting, coming, working, buying, recorder, cancellationToken);
        var end = clock.Now;
        await stopFaults.CancelAsync();
        await breaking;
        await injector.EndAsync();
        await cluster.WaitUntilServingAsync(cancellationToken);
        var duration = time.GetElapsedTime(started);
        await close.CancelAsync();
        await working;
        await buying;

        await progress.WriteLineAsync("Reading everything back.");
        var check = new ShiftCheck(cluster, caller, integration, time);
        var report = await check.RunAsync(options, plan, setting, recorder, end, injector.Kills, cancellationToken);
        if (options.KeepsLogs)
        {
            await File.WriteAllLinesAsync(
                Path.Combine(cluster.Folder, "events.jsonl"), recorder.Events.Select(e => JsonFormatter.Default.Format(e)), cancellationToken);
            await progress.WriteLineAsync($"Logs and events: {cluster.Folder}");
        }

        return report with
        {
            DurationS = duration.TotalSeconds,
            OvertimeMinutes = Math.Max(0, (end - setting.End).TotalMinutes),
            Finished = finished,
            EngineCpuS = Cpu(cluster) is { } after && cpu is { } before && injector.Kills == 0 ? (after - before).TotalSeconds : null,
            Examples =
            [
                .. report.Examples,
                .. agents.Where(a => a.Agent.Failure is not null).Select(a => $"An inbox was refused: {a.Agent.Failure}").Take(5),
                .. agents.Any(a => a.Agent.SawOverCapacity) ? ["An agent's own stream showed more units held than there are"] : Array.Empty<string>(),
            ],
        };
    }

    private List<(ShiftAgent Agent, TimeSpan SignOn, List<(TimeSpan, TimeSpan)> Breaks)> Agents(
        ShiftSetting setting, IReadOnlyList<StaffAgent> staff, IReadOnlyList<EngineApi> gateways)
    {
        var random = new Random(options.Seed);
        string[] handOver = [ShopPlan.General, ShopPlan.Payments];
        return
        [
            .. staff.Select((me, i) =>
            {
                // Half are there from the beginning, the rest come in two waves; everybody rests every four hours or so.
                var signOn = (i % 4) switch { 2 => options.Hours * 0.08, 3 => options.Hours * 0.16, _ => TimeSpan.Zero };
                var breaks = new List<(TimeSpan, TimeSpan)>();
                for (var at = signOn + random.Between(60, 180); at < options.Hours * 0.85; at += random.Between(200, 280))
                    breaks.Add((at, random.Between(10, 25)));
                return (new ShiftAgent(setting, me, handOver, gateways, options.Seed + 7 * i, time), signOn, breaks);
            }),
        ];
    }

    private static Task Work(
        List<(ShiftAgent Agent, TimeSpan SignOn, List<(TimeSpan, TimeSpan)> Breaks)> agents, CancellationToken close,
        CancellationToken cancellationToken) =>
        Task.WhenAll(agents.Select(a => Task.Run(() => a.Agent.RunAsync(a.SignOn, a.Breaks, close, cancellationToken), cancellationToken)));

    /// <returns>Whether all was answered.</returns>
    private async Task<bool> WaitUntilDoneAsync(
        ShiftSetting setting, Customers coming, Task working, Task buying, EventRecorder recorder, CancellationToken cancellationToken)
    {
        var told = time.GetTimestamp();
        long? quiet = null;
        while (setting.Clock.Now < setting.End + options.Overtime)
        {
            await Task.Delay(Tick, time, cancellationToken);
            // A run whose people have failed is over.
            if (working.IsFaulted) await working;
            if (buying.IsFaulted) await buying;
            if (recorder.Failure is { } failure) throw new EngineFailedException($"The stream of events was refused: {failure}");
            if (time.GetElapsedTime(told) >= ProgressEvery)
            {
                told = time.GetTimestamp();
                await progress.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{setting.Clock.Now - setting.Begin:hh\\:mm}: {coming.Come:N0} customers have come, {setting.Floor.OpenCount:N0} conversations open, {setting.Floor.WaitingCount:N0} of them with nobody; {setting.Calls.Made:N0} calls, latest customer {coming.LateMax.TotalMilliseconds:N0} ms late."));
            }

            if (!setting.IsOver || setting.Floor.OpenCount > 0)
            {
                quiet = null;
                continue;
            }

            quiet ??= time.GetTimestamp();
            if (time.GetElapsedTime(quiet.Value) >= Quiet) return true;
        }

        return false;
    }

    private async Task BreakAsync(FaultInjector injector, CancellationToken stop, CancellationToken cancellationToken)
    {
        if (!options.Kills) return;
        var begin = time.GetTimestamp();
        foreach (var fault in FaultSchedule.Draw(options.Seed, [FaultKind.Kill], options.ChangeEvery, TimeSpan.FromSeconds(1)))
        {
            while (time.GetElapsedTime(begin) < fault.At || !injector.Begin(fault, cancellationToken))
            {
                await Task.WhenAny(Task.Delay(Tick, time, stop));
                if (stop.IsCancellationRequested) return;
            }

            await progress.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Kill {injector.Kills}."));
            if (injector.Kills >= options.KillsMax) return;
        }
    }

    private static TimeSpan? Cpu(ChaosCluster cluster)
    {
        var used = cluster.Silos.Select(s => s.ProcessId is { } id ? ProcessCpu.Read(id) : null).ToList();
        return used.Any(u => u is null) ? null : used.Aggregate(TimeSpan.Zero, (sum, u) => sum + u!.Value);
    }
}
