using Engine.LoadTests.Bench;
using Engine.LoadTests.Measuring;
using Engine.LoadTests.Processes;

namespace Engine.LoadTests.Growth;

/// <summary>
/// Measures whether appending becomes slower as conversations and stores grow.
/// </summary>
/// <remarks>
/// Two engines run side by side, one with a small store, one with a large. What is compared is measured in many short
/// rounds, each in an order of its own, so that whatever else the machine does hits all alike; the ratio of medians tells
/// growth from noise.
/// </remarks>
internal sealed class GrowthRun(GrowthOptions options, TextWriter output, TextWriter progress, TimeProvider time)
{
    /// <summary>Length of the conversations that only make the store large.</summary>
    private const int BulkLength = 100;

    public async Task<GrowthReport> RunAsync(CancellationToken cancellationToken)
    {
        Reports.CheckWritable(options.JsonPath);
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        await output.WriteLineAsync($"Seed {seed}.");
        var assembly = options.EngineAssembly ?? await EngineBinary.BuildAsync(progress, cancellationToken);
        await using var small = await StoreUnderTest.StartAsync(assembly, options, time, cancellationToken);
        await using var large = await StoreUnderTest.StartAsync(assembly, options, time, cancellationToken);

        await progress.WriteLineAsync($"Filling the small store with {options.SmallStoreMessages:N0} messages.");
        var shortLength = options.Lengths[0];
        var smallSets = await StartRoundSetsAsync(small.Load, cancellationToken);
        await FillAsync(
            small.Load, [.. smallSets.SelectMany(s => s).Select(c => (c, shortLength))], options.SmallStoreMessages, random,
            cancellationToken);

        await progress.WriteLineAsync($"Filling the large store with {options.StoreMessages:N0} messages.");
        var begin = time.GetTimestamp();
        var largeSets = await StartRoundSetsAsync(large.Load, cancellationToken);
        var wanted = largeSets.SelectMany(s => s).Select(c => (c, shortLength)).ToList();
        var subjects = new List<GrowthSubject>
        {
            new($"store {options.SmallStoreMessages}, length {shortLength}", small.Load, smallSets),
            new($"store {options.StoreMessages}, length {shortLength}", large.Load, largeSets),
        };
        foreach (var length in options.Lengths.Skip(1))
        {
            var conversations = await large.Load.StartAsync(options.Width, cancellationToken);
            wanted.AddRange(conversations.Select(c => (c, length)));
            subjects.Add(new(
                $"store {options.StoreMessages}, length {length}", large.Load,
                [.. Enumerable.Repeat(conversations, options.Rounds + 1)]));
        }

        await FillAsync(large.Load, wanted, options.StoreMessages, random, cancellationToken);
        var fill = time.GetElapsedTime(begin);
        await CheckLengthsAsync(large.Load, wanted, cancellationToken);

        var rates = await MeasureAsync(subjects, random, cancellationToken);
        small.Engine.ThrowIfEnded();
        large.Engine.ThrowIfEnded();
        var ratios = new Dictionary<string, double>
        {
            [$"store_{options.StoreMessages}_to_{options.SmallStoreMessages}"] = rates[1].PerSecond / rates[0].PerSecond,
        };
        for (var i = 1; i < options.Lengths.Count; i++)
            ratios[$"length_{options.Lengths[i]}_to_{shortLength}"] = rates[i + 1].PerSecond / rates[1].PerSecond;
        return new GrowthReport
        {
            Rates = rates,
            Ratios = ratios,
            StoreMessages = options.StoreMessages,
            SmallStoreMessages = options.SmallStoreMessages,
            FillS = fill.TotalSeconds,
            FillPerSecond = options.StoreMessages / fill.TotalSeconds,
            Seed = seed,
            Processors = Environment.ProcessorCount,
            FileSystem = FileSystems.Of(large.Engine.DataDirectory),
        };
    }

    private async Task<List<IReadOnlyList<string>>> StartRoundSetsAsync(MessageLoad load, CancellationToken cancellationToken)
    {
        var sets = new List<IReadOnlyList<string>>();
        for (var i = 0; i <= options.Rounds; i++) sets.Add(await load.StartAsync(options.Width, cancellationToken));
        return sets;
    }

    private async Task FillAsync(
        MessageLoad load, List<(string Conversation, int Length)> wanted, int storeMessages, Random random,
        CancellationToken cancellationToken)
    {
        var rest = storeMessages - wanted.Sum(w => w.Length);
        var bulk = await load.StartAsync(Math.Max(0, (rest + BulkLength - 1) / BulkLength), cancellationToken);
        var left = rest;
        var all = new List<(string, int)>(wanted);
        foreach (var conversation in bulk)
        {
            all.Add((conversation, Math.Min(BulkLength, left)));
            left -= BulkLength;
        }

        await new StoreFiller(load, options.FillConcurrency, progress, time).FillAsync(all, random, cancellationToken);
        if (load.Acknowledged != storeMessages)
            throw new EngineFailedException($"The store holds {load.Acknowledged} messages instead of {storeMessages}.");
    }

    private static async Task CheckLengthsAsync(
        MessageLoad load, List<(string Conversation, int Length)> wanted, CancellationToken cancellationToken)
    {
        foreach (var (conversation, length) in wanted)
        {
            var count = await load.CountAsync(conversation, cancellationToken);
            if (count != length)
                throw new EngineFailedException($"{conversation} holds {count} messages instead of {length}.");
        }
    }

    private async Task<List<GrowthRate>> MeasureAsync(
        List<GrowthSubject> subjects, Random random, CancellationToken cancellationToken)
    {
        var results = subjects.ToDictionary(s => s, _ => new List<LoadResult>());
        for (var round = 0; round <= options.Rounds; round++)
        {
            await progress.WriteLineAsync(round == 0 ? "Warming up." : $"Round {round} of {options.Rounds}.");
            var order = subjects.ToArray();
            random.Shuffle(order);
            foreach (var subject in order)
            {
                var conversations = subject.RoundSets[round];
                var result = await ClosedLoop.RunAsync(
                    conversations.Count,
                    new LoadLimits(TimeSpan.FromMinutes(1), (long)conversations.Count * options.Appends),
                    time,
                    (worker, _, token) => subject.Load.SendAsync(conversations[worker], token),
                    cancellationToken);
                if (round > 0) results[subject].Add(result);
            }
        }

        return [.. subjects.Select(s => Summarize(s.Name, results[s]))];
    }

    private static GrowthRate Summarize(string name, List<LoadResult> rounds)
    {
        var latency = new LatencyLog();
        foreach (var round in rounds) latency.AddRange(round.Latency.ToArray());
        var summary = latency.Summarize();
        double[] rates = [.. rounds.Select(r => r.PerSecond)];
        return new GrowthRate
        {
            Name = name,
            PerSecond = BenchRounds.Median(rates),
            RoundsPerSecond = rates,
            P50Ms = summary.P50Ms,
            P99Ms = summary.P99Ms,
        };
    }
}
