using Engine.LoadTests.Chaos.Cluster;
using Engine.LoadTests.Chaos.Faults;
using Engine.LoadTests.Chaos.History;
using Engine.LoadTests.Chaos.Traffic;
using Engine.LoadTests.Measuring;

namespace Engine.LoadTests.Chaos;

/// <summary>Reads everything back when all is quiet again, checks it, and writes the report.</summary>
internal sealed class ChaosCheck(
    ChaosCluster cluster, TrafficRun traffic, Subscribers subscribers, TextWriter progress, TimeProvider time)
{
    private const int ExamplesMax = 40;

    /// <summary>A call that takes longer was disturbed; on a busy machine an undisturbed one takes tenths.</summary>
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RecoveryWindow = TimeSpan.FromSeconds(60);

    /// <summary>What was due this long before it was read back must be recorded.</summary>
    private static readonly TimeSpan FiringGrace = TimeSpan.FromSeconds(5);

    /// <summary>A reminder that was lost with its silo ticks again within a minute; what has not come in several is missed.</summary>
    private static readonly TimeSpan FiringMax = TimeSpan.FromMinutes(5);

    /// <summary>Lists follow the journal a moment later; what they lack for so long they have lost.</summary>
    private static readonly TimeSpan ListingMax = TimeSpan.FromMinutes(5);

    public async Task<ChaosReport> RunAsync(
        ChaosOptions options, FaultInjector injector, TimeSpan duration, IReadOnlyList<ProcessExit> unexplained,
        CancellationToken cancellationToken)
    {
        var operations = traffic.Operations;
        var (logs, deadlines, missingInLists) = await ReadAsync(operations, cancellationToken);
        var findings = HistoryChecker.Check(operations, logs);
        var (watched, watchedExamples) = await subscribers.EndAsync(logs, missingInLists, cancellationToken);
        var owners = cluster.ConnectionString is { } database ? await JournalOwners.CheckAsync(database, cancellationToken) : null;

        var kills = injector.Records.Where(r => r.Kind == "kill").ToList();
        var recovery = RecoveryMeter.Measure(operations, [.. kills.Select(k => k.At)], time.TimestampFrequency, Slow, RecoveryWindow);
        var recovered = recovery.SelectMany(r => r).Order().ToList();
        var latency = new LatencyLog();
        latency.AddRange([.. operations.Where(IsAcknowledgedMessage).Select(o => time.GetElapsedTime(o.Start, o.End))]);
        var latencies = latency.Summarize();
        var acknowledged = operations.LongCount(IsAcknowledgedMessage);
        return new ChaosReport
        {
            Seed = options.Seed,
            Silos = options.Silos,
            Gateways = options.Gateways,
            DurationS = duration.TotalSeconds,
            Acknowledged = acknowledged,
            Lost = findings.Lost + watched.Skipped + watched.Missing + watched.MissingInLists,
            Duplicated = findings.Duplicated,
            Reordered = findings.Reordered + watched.OutOfOrder,
            DoubleOwner = owners?.DoubleOwners,
            StaleReads = findings.StaleReads,
            Invented = findings.Invented,
            Kills = injector.Kills,
            RecoveryP50S = Percentiles.Of(recovered, 50)?.TotalSeconds,
            RecoveryP99S = Percentiles.Of(recovered, 99)?.TotalSeconds,
            RecoveryConversations = recovered.Count,
            Reminders = RemindersReport.Of(deadlines),
            FailedCallsAfterRetries = operations.LongCount(o => o.Outcome == OperationOutcome.Unknown),
            FalseEvictions = unexplained.Count(e => e.Process.StartsWith("silo", StringComparison.Ordinal)),
            UnexplainedExits = [.. unexplained.Select(e => FormattableString.Invariant($"{e.Process} ended with exit code {e.ExitCode}"))],
            Refusals =
            [
                .. operations.Where(o => o.Outcome != OperationOutcome.Acknowledged)
                    .GroupBy(o => $"{o.Kind}: {o.Failure}").OrderByDescending(g => g.Count()).Take(ExamplesMax)
                    .Select(g => new RefusalReport(g.Key, g.LongCount())),
            ],
            Retries = traffic.Caller.Retries,
            MessagesPerSecond = acknowledged / duration.TotalSeconds,
            P50Ms = latencies.P50Ms,
            P99Ms = latencies.P99Ms,
            MaxMs = latencies.MaxMs,
            GeneratorLateMaxMs = traffic.LateMax.TotalMilliseconds,
            Subscribers = watched,
            OwnerChanges = owners?.Changes ?? 0,
            Faults = [.. injector.Records.Select(r => WithRecovery(r, kills, recovery))],
            Examples =
            [
                .. findings.Examples.Concat(watchedExamples).Concat(owners?.Examples ?? []).Concat(deadlines.Examples).Take(ExamplesMax),
            ],
            FailedCallsCount = options.Faults.All(f => f is FaultKind.Rolling),
        };
    }

    private static bool IsAcknowledgedMessage(Operation operation) =>
        operation.IsMessage && operation.Outcome == OperationOutcome.Acknowledged;

    private static FaultRecord WithRecovery(
        FaultRecord fault, List<FaultRecord> kills, IReadOnlyList<IReadOnlyList<TimeSpan>> recovery)
    {
        var at = kills.IndexOf(fault);
        if (at < 0) return fault;
        var sorted = recovery[at].Order().ToList();
        return fault with
        {
            Affected = sorted.Count,
            RecoveryP50S = Percentiles.Of(sorted, 50)?.TotalSeconds,
            RecoveryMaxS = sorted.Count > 0 ? sorted[^1].TotalSeconds : null,
        };
    }

    private async Task<(IReadOnlyCollection<ConversationLog> Logs, DeadlineFindings Deadlines, long MissingInLists)> ReadAsync(
        IReadOnlyCollection<Operation> operations, CancellationToken cancellationToken)
    {
        // Snoozes that were set last must have come due, too.
        var last = operations.Where(o => o.Outcome == OperationOutcome.Acknowledged).Max(o => o.Until) ?? DateTimeOffset.MinValue;
        if (last + FiringGrace - time.GetUtcNow() is { Ticks: > 0 } wait) await Task.Delay(wait, time, cancellationToken);

        var readBack = new ChaosReadBack(traffic.Caller, cluster.Clients, traffic.Staff.Integration, time);
        var named = operations.Where(o => o.Outcome == OperationOutcome.Acknowledged).Select(o => o.Conversation!)
            .ToHashSet(StringComparer.Ordinal);
        var listed = await readBack.ListAsync(cancellationToken);
        var missing = named.Except(listed).ToList();
        var begin = time.GetTimestamp();
        while (missing.Count > 0 && time.GetElapsedTime(begin) < ListingMax)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
            listed = await readBack.ListAsync(cancellationToken);
            missing = [.. named.Except(listed)];
        }

        begin = time.GetTimestamp();
        while (true)
        {
            var checkedAt = time.GetUtcNow() - FiringGrace;
            var logs = await readBack.ReadAsync(named.Union(listed), cancellationToken);
            var deadlines = DeadlineChecker.Check(logs, checkedAt, subscribers.SeenAt);
            if (deadlines.Missed == 0 || time.GetElapsedTime(begin) > FiringMax) return (logs, deadlines, missing.Count);
            await progress.WriteLineAsync($"{deadlines.Missed} deadlines are late; reading again.");
            await Task.Delay(TimeSpan.FromSeconds(10), time, cancellationToken);
        }
    }
}
