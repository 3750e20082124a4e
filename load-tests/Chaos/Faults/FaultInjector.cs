using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Engine.LoadTests.Chaos.Cluster;
using Engine.LoadTests.Processes;
using Engine.Testing.Postgres;

namespace Engine.LoadTests.Chaos.Faults;

/// <summary>Does to the cluster what was planned, as far as there is a process left that can be hit.</summary>
/// <remarks>
/// One silo at least is left alone at any time: with none there is nothing to be right or wrong about. Faults that last run
/// beside each other and beside new ones; a second restart of the database or a second rolling restart waits for no one, it is
/// left out.
/// </remarks>
internal sealed class FaultInjector(ChaosCluster cluster, TimeProvider time)
{
    private const int GatewayOneIn = 8;
    private const int SilosAddedMax = 2;

    /// <summary>How long an evicted silo may take to find out after it is back.</summary>
    private static readonly TimeSpan EvictionNoticed = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(10);

    private readonly ConcurrentBag<FaultRecord> _records = [];
    private readonly Lock _lock = new();
    private readonly HashSet<SupervisedProcess> _hit = [];
    private readonly List<Task> _running = [];
    private readonly List<(string Silo, long From, long To)> _lostContact = [];
    private readonly List<(long From, long To)> _databaseAway = [];
    private readonly int _silosAtFirst = cluster.Silos.Count;
    private readonly long _begin = time.GetTimestamp();
    private bool _wholeClusterBusy;
    private int _kills;

    public IReadOnlyList<FaultRecord> Records => [.. _records.OrderBy(r => r.At)];

    public int Kills => Volatile.Read(ref _kills);

    /// <summary>
    /// Whether a fault explains that a silo ended: it was ordered to, it was paused or cut off and lost its lease, or it was
    /// starting, which nobody can without the database, and the database was away.
    /// </summary>
    public bool Explains(ProcessExit exit)
    {
        if (exit.Ordered) return true;
        var lately = (long)(EvictionNoticed.TotalSeconds * time.TimestampFrequency);
        lock (_lock)
        {
            return _lostContact.Any(l => l.Silo == exit.Process && exit.At >= l.From && exit.At <= l.To + lately)
                || (!exit.Started && _databaseAway.Any(a => exit.At >= a.From && exit.At <= a.To + lately));
        }
    }

    /// <summary>Begins it, and does not wait for its end.</summary>
    /// <returns>Whether it could be begun.</returns>
    public bool Begin(PlannedFault fault, CancellationToken cancellationToken)
    {
        var task = fault.Kind switch
        {
            FaultKind.Kill => KillAsync(fault, cancellationToken),
            FaultKind.Pause => WithSilo(fault, silo => PauseAsync(silo, fault.Duration, cancellationToken)),
            FaultKind.Partition => WithSilo(fault, silo => CutAsync(silo, fault, cancellationToken)),
            FaultKind.Database => WithCluster(() => RestartDatabaseAsync(fault.Duration, cancellationToken)),
            FaultKind.Rolling => WithCluster(() => RollAsync(cancellationToken)),
            FaultKind.Scale => WithCluster(() => ScaleAsync(fault, cancellationToken)),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        if (task is null) return false;
        lock (_lock) _running.Add(task);
        return true;
    }

    /// <summary>Waits until all that was begun has ended.</summary>
    /// <exception cref="EngineFailedException">The cluster did not take it as it must.</exception>
    public Task EndAsync()
    {
        lock (_lock) return Task.WhenAll(_running);
    }

    /// <summary>Runs a fault on a silo that no other fault has hit, if one more may be missing.</summary>
    private Task? WithSilo(PlannedFault fault, Func<SupervisedProcess, Task> run) =>
        Take(cluster.Silos, fault.Pick, leave: 1) is { } silo ? ReleaseAsync(run(silo), silo) : null;

    private Task? WithCluster(Func<Task> run)
    {
        lock (_lock)
        {
            if (_wholeClusterBusy) return null;
            _wholeClusterBusy = true;
        }

        return EndAsync();

        async Task EndAsync()
        {
            try
            {
                await run();
            }
            finally
            {
                lock (_lock) _wholeClusterBusy = false;
            }
        }
    }

    private SupervisedProcess? Take(IReadOnlyList<SupervisedProcess> processes, int pick, int leave)
    {
        lock (_lock)
        {
            var free = processes.Where(p => p.Serves && !_hit.Contains(p)).ToList();
            // A cluster of one has none to leave alone.
            if (free.Count <= (processes.Count == 1 ? 0 : leave)) return null;
            var taken = free[pick % free.Count];
            _hit.Add(taken);
            return taken;
        }
    }

    private async Task ReleaseAsync(Task fault, SupervisedProcess process)
    {
        try
        {
            await fault;
        }
        finally
        {
            lock (_lock) _hit.Remove(process);
        }
    }

    private Task? KillAsync(PlannedFault fault, CancellationToken cancellationToken)
    {
        var target = cluster.Gateways.Count > 1 && fault.Variant % GatewayOneIn == 0
            ? Take(cluster.Gateways, fault.Pick, leave: 1)
            : Take(cluster.Silos, fault.Pick, leave: 1);
        return target is null ? null : ReleaseAsync(RunAsync(), target);

        async Task RunAsync()
        {
            var at = time.GetTimestamp();
            target.Kill();
            Interlocked.Increment(ref _kills);
            await target.WaitUntilServingAsync(StartTimeout, cancellationToken);
            Record(FaultKind.Kill, target.Name, at);
        }
    }

    private async Task PauseAsync(SupervisedProcess silo, TimeSpan duration, CancellationToken cancellationToken)
    {
        var at = LoseContact(silo, duration);
        var starts = silo.Starts;
        await silo.PauseAsync(cancellationToken);
        try
        {
            await Task.Delay(duration, time, cancellationToken);
        }
        finally
        {
            await silo.ResumeAsync(CancellationToken.None);
        }

        Record(FaultKind.Pause, silo.Name, at);
        await SettleAsync(silo, starts, cancellationToken);
    }

    private async Task CutAsync(SupervisedProcess silo, PlannedFault fault, CancellationToken cancellationToken)
    {
        var at = LoseContact(silo, fault.Duration);
        var starts = silo.Starts;
        var from = cluster.AddressOf(silo);
        var others = cluster.Silos.Concat(cluster.Gateways).Where(p => p != silo).Select(cluster.AddressOf).ToList();
        var (what, sides) = (fault.Variant % 3) switch
        {
            0 => ("the database", [cluster.Network.Host]),
            1 => ("all other processes", others),
            _ => ("everything", (List<IPAddress>)[.. others, cluster.Network.Host]),
        };
        try
        {
            foreach (var side in sides) await cluster.Network.CutAsync(from, side, cancellationToken);
            await Task.Delay(fault.Duration, time, cancellationToken);
        }
        finally
        {
            foreach (var side in sides) await cluster.Network.HealAsync(from, side, CancellationToken.None);
        }

        Record(FaultKind.Partition, $"{silo.Name} from {what}", at);
        await SettleAsync(silo, starts, cancellationToken);
    }

    /// <summary>One that finds itself evicted ends and is started anew; until then no other fault should hit it.</summary>
    private async Task SettleAsync(SupervisedProcess silo, int starts, CancellationToken cancellationToken)
    {
        var begin = time.GetTimestamp();
        while (silo.Starts == starts && silo.Serves && time.GetElapsedTime(begin) < TimeSpan.FromSeconds(5))
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken);
        await silo.WaitUntilServingAsync(StartTimeout, cancellationToken);
    }

    private async Task RestartDatabaseAsync(TimeSpan downtime, CancellationToken cancellationToken)
    {
        PostgresServer postgres = cluster.Postgres!;
        var at = time.GetTimestamp();
        await postgres.StopImmediatelyAsync(cancellationToken);
        try
        {
            await Task.Delay(downtime, time, cancellationToken);
        }
        finally
        {
            await postgres.StartAgainAsync(CancellationToken.None);
            lock (_lock) _databaseAway.Add((at, time.GetTimestamp()));
        }

        Record(FaultKind.Database, "PostgreSQL", at);
    }

    private async Task RollAsync(CancellationToken cancellationToken)
    {
        var at = time.GetTimestamp();
        var hard = new List<string>();
        var names = new List<string>();
        foreach (var silo in cluster.Silos.ToList())
        {
            if (!await ReserveAsync(silo, cancellationToken)) continue;
            names.Add(silo.Name);
            if (!await silo.DrainAsync(DrainTimeout, cancellationToken)) hard.Add(silo.Name);
            await silo.StartAsync();
            await ReleaseAsync(silo.WaitUntilServingAsync(StartTimeout, cancellationToken), silo);
        }

        Record(
            FaultKind.Rolling, string.Join(", ", names), at,
            hard.Count == 0 ? null : $"did not end in order: {string.Join(", ", hard)}");
    }

    /// <summary>Waits for its turn: until no fault has this silo and another one serves.</summary>
    private async Task<bool> ReserveAsync(SupervisedProcess silo, CancellationToken cancellationToken)
    {
        var begin = time.GetTimestamp();
        while (time.GetElapsedTime(begin) < StartTimeout)
        {
            lock (_lock)
            {
                var others = cluster.Silos.Count(p => p != silo && p.Serves && !_hit.Contains(p));
                if (silo.Serves && (others > 0 || cluster.Silos.Count == 1) && _hit.Add(silo)) return true;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken);
        }

        return false;
    }

    private async Task ScaleAsync(PlannedFault fault, CancellationToken cancellationToken)
    {
        var at = time.GetTimestamp();
        var canGrow = cluster.Silos.Count < _silosAtFirst + SilosAddedMax;
        var canShrink = cluster.Silos.Count > Math.Max(1, _silosAtFirst - 1);
        if (canGrow && (!canShrink || fault.Variant % 2 == 0))
        {
            var added = await cluster.AddSiloAsync(cancellationToken);
            Record(FaultKind.Scale, $"{added.Name} added", at);
            return;
        }

        if (Take(cluster.Silos, fault.Pick, leave: 1) is not { } silo) return;
        var clean = await cluster.RemoveSiloAsync(silo, DrainTimeout, cancellationToken);
        lock (_lock) _hit.Remove(silo);
        Record(FaultKind.Scale, $"{silo.Name} removed", at, clean ? null : "did not end in order");
    }

    private long LoseContact(SupervisedProcess silo, TimeSpan duration)
    {
        var from = time.GetTimestamp();
        lock (_lock) _lostContact.Add((silo.Name, from, from + (long)(duration.TotalSeconds * time.TimestampFrequency)));
        return from;
    }

    private void Record(FaultKind kind, string target, long at, string? note = null) => _records.Add(new FaultRecord
    {
        Kind = kind.ToString().ToLower(CultureInfo.InvariantCulture),
        Target = target,
        At = at,
        AtS = time.GetElapsedTime(_begin, at).TotalSeconds,
        DurationS = time.GetElapsedTime(at).TotalSeconds,
        Note = note,
    });
}
