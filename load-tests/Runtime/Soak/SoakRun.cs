using System.Collections.Concurrent;
using Engine.LoadTests.Calls;
using Engine.LoadTests.Measuring;
using Engine.LoadTests.Processes;
using Engine.LoadTests.Runtime.Probing;
using Grpc.Core;

namespace Engine.LoadTests.Runtime.Soak;

/// <summary>
/// Lets everything happen at once for a long time, and asks at the end whether anything was lost or is left.
/// </summary>
/// <remarks>
/// A leak of one buffer in ten thousand calls, or a grain that answers nobody after one unlucky moment, shows in no test
/// that takes seconds. So the load mixes what disturbs each other - answers, failures, cancellations, deadlines, activations
/// that come and go - and every call checks its own outcome. Only kinds of call are counted, never calls kept, or this
/// process would be the one that grows.
/// </remarks>
internal sealed class SoakRun(SoakOptions options, TextWriter progress, TimeProvider time)
{
    private const double MemoryTolerance = 0.10;
    private const double MemorySlackBytes = 16 << 20;
    private const double HandleTolerance = 0.05;
    private const double HandleSlack = 8;
    private const int FailuresKept = 20;
    private const int CollectionAgeS = 15;
    private const int CollectionQuantumS = 5;
    private const int LastCallConcurrency = 32;
    private static readonly TimeSpan CallMax = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan HandlersEndMax = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CollectionMax = TimeSpan.FromSeconds(CollectionAgeS + 2 * CollectionQuantumS + 30);
    private static readonly TimeSpan SampleEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<string> _failures = new();
    private readonly List<VitalsSample> _samples = [];
    private long _activationsPeak;

    public async Task<SoakReport> RunAsync(CancellationToken cancellationToken)
    {
        Reports.CheckWritable(options.JsonPath);
        await using var host = await ServerProcess.StartAsync(
            "The host", typeof(SoakRun).Assembly.Location,
            [
                RuntimeHostCommand.Name, $"{RuntimeHostCommand.CollectionAgeOption}={CollectionAgeS}",
                $"{RuntimeHostCommand.CollectionQuantumOption}={CollectionQuantumS}",
            ],
            TimeSpan.FromSeconds(60), time, cancellationToken);
        using var channel = ApiChannel.Create(host.Address);
        var client = new ProbeService.ProbeServiceClient(channel);
        var calls = new SoakCases(client, time);
        var cases = calls.All;
        var counts = cases.Select(_ => new Counter()).ToArray();

        var begin = time.GetTimestamp();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sampling = SampleAsync(client, host.Id, counts, begin, ended.Token);
        await Task.WhenAll(Enumerable.Range(0, options.Workers).Select(worker =>
            Task.Run(() => WorkAsync(worker, cases, counts, begin, cancellationToken), cancellationToken)));
        var duration = time.GetElapsedTime(begin);
        await ended.CancelAsync();
        await sampling;

        host.ThrowIfEnded();
        var handlersLeft = await WaitUntilAsync(
            client, o => o.HandlersRunning, HandlersEndMax, cancellationToken);
        await progress.WriteLineAsync("Asking every grain once more.");
        var (answering, stuck) = await AskAllAsync(calls, cancellationToken);
        var before = (await ObserveAsync(client, cancellationToken)).ActivationsCounted;
        await progress.WriteLineAsync($"Waiting until {before:N0} idle activations are collected.");
        var after = await WaitUntilAsync(
            client, o => Math.Max(o.Activations, o.ActivationsCounted), CollectionMax, cancellationToken);
        var last = await ObserveAsync(client, cancellationToken);

        SoakCaseReport[] reports =
            [.. cases.Select((c, i) => new SoakCaseReport(c.Name, counts[i].Calls, counts[i].Lost))];
        var trends = Trends();
        var lost = reports.Sum(r => r.Lost);
        Check(lost > 0, $"{lost} calls did not end as they had to.");
        Check(stuck > 0, $"{stuck} grains did not answer a last call.");
        Check(handlersLeft > 0, $"{handlersLeft} handlers still run though no call does.");
        Check(after > 0, $"{after} activations were not collected within {CollectionMax.TotalSeconds:0} s.");
        Check(reports.Any(r => r.Calls == 0), "A kind of call was never made; run for longer.");
        foreach (var trend in trends.Where(t => t.Grows)) Check(true, $"{trend.Name} keeps growing.");
        return new SoakReport
        {
            Passed = _failures.IsEmpty,
            Failures = [.. _failures],
            Seed = options.Seed,
            DurationS = duration.TotalSeconds,
            Calls = reports.Sum(r => r.Calls),
            CallsPerSecond = reports.Sum(r => r.Calls) / duration.TotalSeconds,
            Lost = lost,
            Cases = reports,
            ActivationsEver = last.ActivationsEver,
            ActivationsPeak = _activationsPeak,
            ActivationsBeforeCollection = before,
            ActivationsAfterCollection = after,
            GrainsAnswering = answering,
            GrainsStuck = stuck,
            HandlersLeft = handlersLeft,
            Trends = trends,
            Samples = _samples,
        };
    }

    private void Check(bool failed, string sentence)
    {
        if (failed) _failures.Enqueue(sentence);
    }

    private async Task WorkAsync(
        int worker, IReadOnlyList<SoakCase> cases, Counter[] counts, long begin, CancellationToken cancellationToken)
    {
        var random = new Random(unchecked(options.Seed * 397 + worker));
        var weights = cases.Sum(c => c.Weight);
        while (time.GetElapsedTime(begin) < options.Time)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var drawn = random.Next(weights);
            var index = 0;
            while ((drawn -= cases[index].Weight) >= 0) index++;
            if (await TryAsync(cases[index].Name, () => cases[index].RunAsync(random))) counts[index].Ended();
            else counts[index].Missed();
        }
    }

    /// <summary>Every call has to end, and in the way it must.</summary>
    private async Task<bool> TryAsync(string name, Func<Task> call)
    {
        try
        {
            await call().WaitAsync(CallMax, time);
            return true;
        }
        catch (Exception e)
        {
            var what = e is TimeoutException ? $"Not ended within {CallMax.TotalSeconds:0} s." : e.Message;
            if (_failures.Count < FailuresKept) _failures.Enqueue($"{name}: {what}");
            return false;
        }
    }

    private async Task SampleAsync(
        ProbeService.ProbeServiceClient client, int hostId, Counter[] counts, long begin, CancellationToken cancellationToken)
    {
        var said = TimeSpan.Zero;
        using var timer = new PeriodicTimer(SampleEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                var at = time.GetElapsedTime(begin);
                var sample = new VitalsSample(
                    at.TotalSeconds, ProcessVitals.Read(hostId), ProcessVitals.Read(Environment.ProcessId));
                _samples.Add(sample);
                var seen = await ObserveAsync(client, cancellationToken);
                _activationsPeak = Math.Max(_activationsPeak, seen.ActivationsCounted);
                if (at - said < SayEvery) continue;
                said = at;
                await progress.WriteLineAsync(
                    $"{at.TotalSeconds:0} s: {counts.Sum(c => c.Calls):N0} calls, {counts.Sum(c => c.Lost)} lost, "
                    + $"{seen.ActivationsCounted:N0} activations, host {sample.Host.ResidentBytes >> 20} MB and "
                    + $"{sample.Host.Handles} handles, client {sample.Client.ResidentBytes >> 20} MB and {sample.Client.Handles} handles.");
            }
        }
        catch (Exception e) when (e is OperationCanceledException or RpcException && cancellationToken.IsCancellationRequested)
        {
            // The load is over.
        }
    }

    private async Task<(int Answering, int Stuck)> AskAllAsync(SoakCases calls, CancellationToken cancellationToken)
    {
        int answering = 0, stuck = 0;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = LastCallConcurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(calls.RecentGrains(), parallel, async (grain, _) =>
        {
            if (await TryAsync("last_call", () => calls.AskAsync(new ProbeRequest { Number = grain.Length, Grain = grain })))
                Interlocked.Increment(ref answering);
            else Interlocked.Increment(ref stuck);
        });
        return (answering, stuck);
    }

    /// <summary>Waits until a count is zero.</summary>
    /// <returns>What it is then, or when it takes too long.</returns>
    private async Task<long> WaitUntilAsync(
        ProbeService.ProbeServiceClient client, Func<Observation, long> count, TimeSpan timeMax, CancellationToken cancellationToken)
    {
        var begin = time.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200), time);
        while (true)
        {
            var value = count(await ObserveAsync(client, cancellationToken));
            if (value == 0 || time.GetElapsedTime(begin) > timeMax) return value;
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    private static async Task<Observation> ObserveAsync(ProbeService.ProbeServiceClient client, CancellationToken cancellationToken) =>
        await client.ObserveAsync(new ObserveRequest(), cancellationToken: cancellationToken);

    private Trend[] Trends() =>
    [
        Trend.Of("host memory", [.. _samples.Select(s => (double)s.Host.ResidentBytes)], MemoryTolerance, MemorySlackBytes),
        Trend.Of("host handles", [.. _samples.Select(s => (double)s.Host.Handles)], HandleTolerance, HandleSlack),
        Trend.Of("client memory", [.. _samples.Select(s => (double)s.Client.ResidentBytes)], MemoryTolerance, MemorySlackBytes),
        Trend.Of("client handles", [.. _samples.Select(s => (double)s.Client.Handles)], HandleTolerance, HandleSlack),
    ];

    private sealed class Counter
    {
        private long _calls;
        private long _lost;

        public long Calls => Interlocked.Read(ref _calls);

        public long Lost => Interlocked.Read(ref _lost);

        public void Ended() => Interlocked.Increment(ref _calls);

        public void Missed()
        {
            Interlocked.Increment(ref _calls);
            Interlocked.Increment(ref _lost);
        }
    }
}
