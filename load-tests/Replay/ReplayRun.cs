using Engine.LoadTests.Calls;
using Engine.LoadTests.Dialogues;
using Engine.LoadTests.Measuring;
using Engine.LoadTests.Processes;

namespace Engine.LoadTests.Replay;

/// <summary>
/// Plays dialogues against an engine and reads them back.
/// </summary>
/// <remarks>
/// The engine's promise is that what it acknowledged is there: once, unaltered, in order, whatever happened since. The run
/// remembers what was acknowledged and asks for it through every door a client has. It is a client like any other and knows
/// nothing that is not in the public contract.
/// </remarks>
internal sealed class ReplayRun(
    ReplayOptions options, Func<Uri, EngineApi> connect, TextWriter output, TextWriter progress, TimeProvider time)
{
    private const int ErrorsMax = 20;

    public async Task<ReplayReport> RunAsync(CancellationToken cancellationToken)
    {
        var input = DialogueInput.Read(options.Input);
        var dialogues = input.Dialogues.Take(options.DialoguesMax).ToList();
        Reports.CheckWritable(options.JsonPath);
        await output.WriteLineAsync($"{dialogues.Count:N0} dialogues, {dialogues.Sum(d => d.Turns.Count):N0} turns.");

        OwnEngine? own = null;
        if (options.Target is null)
        {
            var assembly = options.EngineAssembly ?? await EngineBinary.BuildAsync(progress, cancellationToken);
            own = await OwnEngine.StartAsync(assembly, options.DataParent, options.KeepsFiles, time, cancellationToken);
        }

        await using (own)
        {
            var report = await PlayAndReadBackAsync(own, input, dialogues, cancellationToken);
            if (own is not null && options.KeepsFiles) await output.WriteLineAsync($"Files: {own.DataDirectory}");
            return report;
        }
    }

    private async Task<ReplayReport> PlayAndReadBackAsync(
        OwnEngine? own, DialogueSet input, List<Dialogue> dialogues, CancellationToken cancellationToken)
    {
        var caller = new RetryingCaller(new RetryOptions(), time);
        var key = own is null ? options.Key! : await own.ReadAdminKeyAsync(cancellationToken);
        var run = Random.Shared.Next(1_000_000_000);
        var runName = $"replay-{run}";
        var sends = new LatencyLog();

        using var api = connect(own?.Address ?? options.Target!);
        if (own is not null) await own.WaitUntilAnswersAsync(api, key, cancellationToken);
        var staff = await Staff.HireAsync(api, caller, key, runName, options.Agents, cancellationToken);
        var player = new DialoguePlayer(api, caller, staff, run, time, sends);

        await output.WriteLineAsync($"Playing, {options.Concurrency} dialogues at a time, {options.Agents} agents.");
        var begin = time.GetTimestamp();
        var played = await PlayAsync(player, dialogues, sends, cancellationToken);
        var duration = time.GetElapsedTime(begin);

        var passes = new List<ReadBackReport>();
        await output.WriteLineAsync("Reading back.");
        passes.Add(await new ReadBack(new ConversationReader(api, caller, EngineApi.Authorize(key), time), options, time)
            .RunAsync("before_restart", played, cancellationToken));
        if (own is not null && options.Restart)
        {
            await output.WriteLineAsync("Killing the engine, starting it on the same files, reading back once more.");
            passes.Add(await RestartAndReadAsync(own, caller, key, played, cancellationToken));
        }
        else if (own is null)
        {
            await staff.DismissAsync(api, caller, key, runName, cancellationToken);
        }

        own?.ThrowIfEnded();
        var latency = sends.Summarize();
        return new ReplayReport
        {
            Input = Path.GetFileName(Path.GetFullPath(options.Input).TrimEnd(Path.DirectorySeparatorChar)),
            Conversations = played.Count(p => p.Conversation is not null),
            MessagesSent = played.Sum(p => p.Sent.Count(s => s.MessageName is not null)),
            MessagesReadBack = passes[^1].MessagesReadBack,
            Mismatches = passes.Sum(p => p.Mismatches),
            Lost = passes.Sum(p => p.Lost),
            Duplicated = passes.Sum(p => p.Duplicated),
            Failed = played.Count(p => !p.Complete),
            Retries = caller.Retries,
            BlankTurns = input.BlankTurns,
            DurationS = duration.TotalSeconds,
            P50Ms = latency.P50Ms,
            P99Ms = latency.P99Ms,
            Concurrency = options.Concurrency,
            Restarted = own is not null && options.Restart,
            ReadBack = passes,
            Errors = [.. player.Errors.Take(ErrorsMax)],
        };
    }

    private async Task<List<PlayedDialogue>> PlayAsync(
        DialoguePlayer player, List<Dialogue> dialogues, LatencyLog sends, CancellationToken cancellationToken)
    {
        var played = new PlayedDialogue[dialogues.Count];
        var done = 0;
        await using var ticker = time.CreateTimer(
            _ => progress.WriteLine($"  {Volatile.Read(ref done):N0} of {dialogues.Count:N0} dialogues, {sends.Count:N0} messages"),
            null, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5));
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = options.Concurrency,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForAsync(0, dialogues.Count, parallel, async (i, token) =>
        {
            played[i] = await player.PlayAsync(dialogues[i], i, token);
            Interlocked.Increment(ref done);
        });
        return [.. played];
    }

    private async Task<ReadBackReport> RestartAndReadAsync(
        OwnEngine own, RetryingCaller caller, string key, List<PlayedDialogue> played, CancellationToken cancellationToken)
    {
        own.ThrowIfEnded();
        await own.KillAsync();
        await own.RestartAsync(cancellationToken);
        using var api = connect(own.Address);
        await own.WaitUntilAnswersAsync(api, key, cancellationToken);
        var reader = new ConversationReader(api, caller, EngineApi.Authorize(key), time);
        return await new ReadBack(reader, options, time).RunAsync("after_restart", played, cancellationToken);
    }
}
