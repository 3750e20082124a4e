using Engine.LoadTests.Measuring;
using Engine.LoadTests.Processes;

namespace Engine.LoadTests.Bench;

/// <summary>
/// Measures parts in rounds, one part after the other in each: a machine that others use too changes from second to second,
/// and all parts should get the same share of its bad ones. All are warmed up before any is measured, because parts share
/// code: otherwise the first would pay for compiling what the next one uses.
/// </summary>
internal static class BenchRounds
{
    private const long OperationsMax = 5_000_000;

    /// <param name="time">For each part, over all rounds.</param>
    /// <param name="warmUp">For each part before the first round; a quarter of it before each measurement.</param>
    public static async Task<List<BenchPartReport>> MeasureAsync(
        IReadOnlyList<BenchPart> parts, TimeSpan time, int rounds, TimeSpan warmUp, TextWriter progress,
        CancellationToken cancellationToken)
    {
        foreach (var part in parts)
        {
            await progress.WriteLineAsync($"Warming up: {part.Name}.");
            await WarmUpAsync(part, warmUp, cancellationToken);
        }

        var results = parts.ToDictionary(p => p.Name, _ => new List<Round>());
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var part in parts)
            {
                await progress.WriteLineAsync($"Round {round} of {rounds}: {part.Name}.");
                await WarmUpAsync(part, warmUp / 4, cancellationToken);
                var limits = new LoadLimits(time / rounds, OperationsMax / rounds);
                results[part.Name].Add(await MeasureAsync(part, limits, cancellationToken));
            }
        }

        return [.. parts.Select(part => Summarize(part, results[part.Name]))];
    }

    internal static double Median(IReadOnlyList<double> values)
    {
        var sorted = values.Order().ToList();
        var middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static async Task WarmUpAsync(BenchPart part, TimeSpan time, CancellationToken cancellationToken)
    {
        if (time > TimeSpan.Zero) await part.Measure(new LoadLimits(time, OperationsMax), cancellationToken);
    }

    private static async Task<Round> MeasureAsync(BenchPart part, LoadLimits limits, CancellationToken cancellationToken)
    {
        var serverAllocated = await ServerAllocatedAsync(part, cancellationToken);
        var serverCpu = ServerCpu(part);
        var clientCpu = ProcessCpu.Read(Environment.ProcessId);
        var clientAllocated = GC.GetTotalAllocatedBytes(precise: true);
        var load = await part.Measure(limits, cancellationToken);
        return new Round(
            load,
            ServerCpu(part) - serverCpu,
            ProcessCpu.Read(Environment.ProcessId) - clientCpu,
            GC.GetTotalAllocatedBytes(precise: true) - clientAllocated,
            await ServerAllocatedAsync(part, cancellationToken) - serverAllocated);
    }

    private static BenchPartReport Summarize(BenchPart part, List<Round> rounds)
    {
        var latency = new LatencyLog();
        foreach (var round in rounds) latency.AddRange(round.Load.Latency.ToArray());
        var summary = latency.Summarize();
        var operations = rounds.Sum(r => r.Load.Operations);
        double[] rates = [.. rounds.Select(r => r.Load.PerSecond)];

        double? PerOperation(Func<Round, double?> value) =>
            operations > 0 && rounds.All(r => value(r) is not null) ? rounds.Sum(r => value(r)!.Value) / operations : null;

        return new BenchPartReport
        {
            Name = part.Name,
            Concurrency = part.Concurrency,
            PerSecond = Median(rates),
            RoundsPerSecond = rates,
            Operations = operations,
            DurationS = rounds.Sum(r => r.Load.Elapsed.TotalSeconds),
            P50Ms = summary.P50Ms,
            P99Ms = summary.P99Ms,
            ServerCpuSecondsPerOperation = PerOperation(r => r.ServerCpu?.TotalSeconds),
            ClientCpuSecondsPerOperation = PerOperation(r => r.ClientCpu?.TotalSeconds),
            ServerAllocatedBytesPerOperation = PerOperation(r => r.ServerAllocatedBytes),
            ClientAllocatedBytesPerOperation = PerOperation(r => r.ClientAllocatedBytes),
        };
    }

    private static TimeSpan? ServerCpu(BenchPart part) => part.ServerCpu?.Invoke();

    private static async Task<long?> ServerAllocatedAsync(BenchPart part, CancellationToken cancellationToken) =>
        part.ServerAllocatedBytes is { } ask ? await ask(cancellationToken) : null;

    private sealed record Round(
        LoadResult Load, TimeSpan? ServerCpu, TimeSpan? ClientCpu, long ClientAllocatedBytes, long? ServerAllocatedBytes);
}
