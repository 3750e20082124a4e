using System.Collections.Concurrent;
using Engine.LoadTests.Chaos.Cluster;
using Engine.LoadTests.Chaos.Traffic;
using Engine.LoadTests.Processes;
using Engine.LoadTests.Shift.Observing;
using Engine.LoadTests.Shift.People;
using Engine.LoadTests.Shift.Running;
using Engine.LoadTests.Shift.Shop;
using Engine.V1;
using Grpc.Core;

namespace Engine.LoadTests.Shift;

/// <summary>Reads everything back when the shift is over, and lets the observer judge.</summary>
internal sealed class ShiftCheck(ChaosCluster cluster, ClusterCaller caller, Metadata headers, TimeProvider time)
{
    private const int Concurrency = 16;
    private const int PageSize = 1_000;
    private static readonly TimeSpan CatchUpMax = TimeSpan.FromMinutes(5);

    /// <summary>How far clocks of silos on one machine may differ: each follows the database's, to half of what an answer of it takes.</summary>
    private static readonly TimeSpan SkewReal = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan SkewRealMax = TimeSpan.FromMilliseconds(500);

    /// <summary>From a kill until others have taken up what the dead silo had: its lease, and their catching up.</summary>
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(40);

    /// <summary>How many calls, one after the other, lead from a conversation to its agent and back.</summary>
    private const int CallsToAssign = 4;

    /// <param name="end">When the last was done, by the engine's clock.</param>
    /// <exception cref="EngineFailedException">The stream of events does not catch up.</exception>
    public async Task<ShiftReport> RunAsync(
        ShiftOptions options, ShopPlan plan, ShiftSetting setting, EventRecorder recorder, DateTimeOffset end, int kills,
        CancellationToken cancellationToken)
    {
        var versions = await ListAsync(cancellationToken);
        var behind = await CatchUpAsync(recorder, versions, cancellationToken);
        var texts = await ReadAsync(versions.Keys, cancellationToken);
        var reconciled = await SumReconciledAsync(plan, cancellationToken);
        var owners = cluster.ConnectionString is { } database ? await JournalOwners.CheckAsync(database, cancellationToken) : null;
        var evidence = new Evidence
        {
            Rules = plan.Rules,
            Events = recorder.Events,
            End = end,
            Speed = options.ClockSpeed,
            Skew = options.Silos > 1 ? Skew(setting.Calls.Slowest) * options.ClockSpeed : TimeSpan.Zero,
            Wishes = setting.Log.Wishes,
            Declined = setting.Log.Declined,
            Sent = setting.Log.Sent,
            Expectations = setting.Log.Told,
            ReadBack = texts,
        };
        if (kills > 0) evidence = evidence with { Patience = Recovery, InFlight = Recovery };
        // What the engine does by itself takes calls, too: where those take long, whether the machine is slow or has stood still, so does that.
        var slowest = setting.Calls.Slowest;
        evidence = evidence with
        {
            Patience = evidence.Patience + slowest * CallsToAssign,
            InFlight = evidence.InFlight + slowest * CallsToAssign,
        };
        var verdict = ShiftObserver.Judge(evidence);
        verdict = verdict with
        {
            MissingEvents = verdict.MissingEvents + behind.Count,
            Examples = [.. verdict.Examples, .. behind.Take(5), .. owners?.Examples ?? []],
        };
        return new ShiftReport
        {
            Seed = options.Seed,
            Store = options.UsesPostgres ? "PostgreSQL" : "SQLite",
            Silos = options.Silos,
            ClockSpeed = options.ClockSpeed,
            Agents = options.Agents,
            Customers = options.Customers,
            Hours = options.Hours.TotalHours,
            DurationS = 0,
            OvertimeMinutes = 0,
            Finished = false,
            OverCapacity = verdict.OverCapacity,
            Stranded = verdict.Stranded,
            Reconciled = reconciled,
            EarlyDeadlines = verdict.EarlyDeadlines,
            MissedDeadlines = verdict.MissedDeadlines,
            DoubleOwner = verdict.DoubleOwner + (owners?.DoubleOwners ?? 0),
            Lost = verdict.Lost,
            Doubled = verdict.Doubled,
            Kills = kills,
            Observed = verdict,
            Calls = setting.Calls.Made,
            Retries = setting.Calls.Retries,
            FailedCalls = setting.Calls.Failed,
            Refusals = setting.Calls.Refusals,
            EngineCpuS = null,
            Processors = Environment.ProcessorCount,
            Examples = verdict.Examples,
        };
    }

    private static TimeSpan Skew(TimeSpan slowest) =>
        slowest < SkewReal ? SkewReal : slowest > SkewRealMax ? SkewRealMax : slowest;

    private async Task<Dictionary<string, long>> ListAsync(CancellationToken cancellationToken)
    {
        var versions = new Dictionary<string, long>(StringComparer.Ordinal);
        var request = new ListConversationsRequest { PageSize = PageSize };
        do
        {
            var page = await caller.CallAsync(
                0, static (api, r, o) => api.Conversations.ListConversationsAsync(r, o), request, headers, null, cancellationToken);
            foreach (var conversation in page.Conversations) versions[conversation.Name] = conversation.Version;
            request = new ListConversationsRequest { PageSize = PageSize, PageToken = page.NextPageToken };
        }
        while (request.PageToken.Length > 0);
        return versions;
    }

    /// <returns>What the stream does not tell although the list has it.</returns>
    private async Task<IReadOnlyList<string>> CatchUpAsync(
        EventRecorder recorder, Dictionary<string, long> versions, CancellationToken cancellationToken)
    {
        var begin = time.GetTimestamp();
        while (true)
        {
            var behind = versions.Where(v => recorder.VersionOf(v.Key) < v.Value).ToList();
            if (behind.Count == 0) return [];
            if (time.GetElapsedTime(begin) > CatchUpMax)
            {
                return
                [
                    .. behind.Select(b => FormattableString.Invariant($"{b.Key}: version {b.Value} is listed, but the events end at {recorder.VersionOf(b.Key)}")),
                ];
            }

            await Task.Delay(TimeSpan.FromMilliseconds(250), time, cancellationToken);
        }
    }

    private async Task<IReadOnlyCollection<(string Conversation, string Text)>> ReadAsync(
        IEnumerable<string> names, CancellationToken cancellationToken)
    {
        var texts = new ConcurrentBag<(string, string)>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(names, parallel, async (name, token) =>
        {
            var request = new ListMessagesRequest { Conversation = name, PageSize = PageSize };
            do
            {
                var page = await caller.CallAsync(
                    0, static (api, r, o) => api.Conversations.ListMessagesAsync(r, o), request, headers, null, token);
                foreach (var message in page.Messages) texts.Add((name, message.Content?.Text ?? ""));
                request = new ListMessagesRequest { Conversation = name, PageSize = PageSize, PageToken = page.NextPageToken };
            }
            while (request.PageToken.Length > 0);
        });
        return texts;
    }

    private async Task<long> SumReconciledAsync(ShopPlan plan, CancellationToken cancellationToken)
    {
        long sum = 0;
        foreach (var queue in plan.Queues)
        {
            var status = await caller.CallAsync(
                0, static (api, r, o) => api.Queues.GetQueueStatusAsync(r, o), new GetQueueStatusRequest { Name = queue.Name }, headers, null,
                cancellationToken);
            sum += status.ReconciledCount;
        }

        return sum;
    }
}
