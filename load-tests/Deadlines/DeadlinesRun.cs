using System.Collections.Concurrent;
using System.Globalization;
using Engine.LoadTests.Calls;
using Engine.LoadTests.Chaos.Traffic;
using Engine.LoadTests.Measuring;
using Engine.LoadTests.Processes;
using Engine.LoadTests.Shift.Running;
using Engine.LoadTests.Shift.Shop;
using Engine.V1;
using Engine.Testing.Postgres;
using Google.Protobuf.WellKnownTypes;
using Calendar = Engine.V1.Calendar;

namespace Engine.LoadTests.Deadlines;

/// <summary>
/// Many open conversations, each with a deadline that the engine must not forget, in an engine that is killed and started.
/// </summary>
/// <remarks>
/// When each falls due is decided by policies, one for each second of the stretch to be measured: a conversation on channel
/// <c>due-K</c> is at risk K seconds after the first could be. So deadlines are due evenly although conversations are written in a
/// rush; the instant of each is that of its customer's message, as the engine acknowledged it, plus its policy's time. Those at one
/// instant are promised in business time by a calendar that has been closed since before they began and opens at a full minute.
/// AT_RISK is what falls due: it is told by the same reminder as a breach, and is followed by another deadline, which costs more.
/// </remarks>
internal sealed class DeadlinesRun(DeadlinesOptions options, TextWriter progress, TimeProvider time)
{
    private const string FarChannel = "far";
    private const string TogetherChannel = "together";
    private const int AtRiskPercent = 1;
    private const int TargetOfAtRisk = 100 / AtRiskPercent;
    private const double Mebibyte = 1 << 20;

    /// <summary>Of a minute: what is due together is due so long after the opening.</summary>
    private static readonly TimeSpan AfterOpening = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FarAhead = TimeSpan.FromDays(3);

    /// <summary>Until every silo goes by new rules; what begins before that gets its promise a moment later, and another instant.</summary>
    private static readonly TimeSpan RulesKnown = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WatchMax = TimeSpan.FromMinutes(5);

    /// <summary>How much longer writing may take than it has taken so far, for the plan of what is due when.</summary>
    private const double PatienceFactor = 1.5;

    private readonly ConcurrentQueue<ToldDeadline> _told = new();
    private readonly ConcurrentDictionary<string, DateTimeOffset> _oneByOne = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _together = new(StringComparer.Ordinal);
    private readonly string _run = string.Create(CultureInfo.InvariantCulture, $"deadlines-{Random.Shared.Next(1_000_000_000)}");

    /// <exception cref="EngineFailedException">The engine does not start, or ends by itself.</exception>
    /// <exception cref="TooSlowException">Something was due before it could be watched.</exception>
    public async Task<DeadlinesReport> RunAsync(CancellationToken cancellationToken)
    {
        Reports.CheckWritable(options.JsonPath);
        var assembly = options.EngineAssembly ?? await EngineBinary.BuildAsync(progress, cancellationToken);
        await using var postgres = options.UsesPostgres ? await PostgresServer.StartAsync(cancellationToken: cancellationToken) : null;
        var database = postgres is null ? null : await postgres.CreateDatabaseAsync("engine", cancellationToken);
        await using var engine = await OwnEngine.StartAsync(
            assembly, options.DataParent, options.KeepsFiles, database is null ? [] : ["--postgres", database], time, cancellationToken);
        var key = await engine.ReadAdminKeyAsync(cancellationToken);

        var filled = await FillAsync(engine, key, cancellationToken);
        var memoryFilled = ProcessVitals.Read(engine.ProcessId).ResidentBytes;

        await progress.WriteLineAsync("Killing the engine and starting it again.");
        engine.ThrowIfEnded();
        await engine.KillAsync();
        var begin = time.GetTimestamp();
        await engine.RestartAsync(cancellationToken);
        var start = time.GetElapsedTime(begin);
        using var api = new EngineApi(engine.Address);
        await api.CheckAsync(key, time, cancellationToken);
        var firstAnswer = time.GetElapsedTime(begin);
        var memoryStarted = ProcessVitals.Read(engine.ProcessId).ResidentBytes;

        await using var recorder = new EventRecorder([api], EngineApi.Authorize(key), fromNow: true, See, time);
        var memoryMax = await WatchAsync(engine, recorder, filled.FirstDue, filled.Opening + AfterOpening, memoryStarted, cancellationToken);
        engine.ThrowIfEnded();
        var told = _told.ToArray();
        var (oneByOne, together) = (DeadlineTally.Of(_oneByOne, told), DeadlineTally.Of(_together, told));
        var unexpected = told.Where(t => !_oneByOne.ContainsKey(t.Conversation) && !_together.ContainsKey(t.Conversation)).ToList();
        return new DeadlinesReport
        {
            Conversations = options.Conversations,
            DuePerSecond = options.DuePerSecond,
            AtOnce = options.AtOnce,
            Store = options.UsesPostgres ? "PostgreSQL" : "SQLite",
            FillS = filled.Took.TotalSeconds,
            FillPerSecond = options.Conversations / filled.Took.TotalSeconds,
            MemoryFilledMib = memoryFilled / Mebibyte,
            StartS = start.TotalSeconds,
            FirstAnswerS = firstAnswer.TotalSeconds,
            MemoryStartedMib = memoryStarted / Mebibyte,
            MemoryMaxMib = memoryMax / Mebibyte,
            OneByOne = oneByOne,
            Together = together,
            TogetherHandledS = together.Missed == 0 ? together.SeenMaxMs / 1_000 : null,
            Unexpected = unexpected.Count,
            Processors = Environment.ProcessorCount,
            LoadAverage = File.Exists("/proc/loadavg") ? (await File.ReadAllTextAsync("/proc/loadavg", cancellationToken)).Split(' ')[0] : "unknown",
            Examples = [.. oneByOne.Examples, .. together.Examples, .. unexpected.Take(5).Select(u => $"{u.Conversation}: told although nothing was due")],
        };
    }

    private async Task<(TimeSpan Took, DateTimeOffset FirstDue, DateTimeOffset Opening)> FillAsync(
        OwnEngine engine, string key, CancellationToken cancellationToken)
    {
        using var api = new EngineApi(engine.Address);
        await api.CheckAsync(key, time, cancellationToken);
        var caller = new ClusterCaller([api], new RetryOptions(), time);
        var headers = EngineApi.Authorize(key);
        var setup = new ShopSetup(caller, headers, _run, cancellationToken);
        await setup.CreatePolicyAsync(Policy(FarChannel, FarAhead, null));
        await Task.Delay(RulesKnown, time, cancellationToken);
        var writer = new DeadlineWriter(caller, headers, _run, options.FillConcurrency, progress, time);

        var begin = time.GetTimestamp();
        await progress.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Writing {options.Far:N0} conversations that are due much later."));
        await writer.WriteAsync(options.Far, _ => FarChannel, static (_, _, _) => { }, cancellationToken);
        // What takes as long as the slowest that was seen, and more, leaves time for the restart.
        var perSecond = options.Far >= 500 ? options.Far / time.GetElapsedTime(begin).TotalSeconds : 50;
        var lead = Seconds(options.Spread / perSecond * PatienceFactor * options.Lead + StartMargin.TotalSeconds);
        var opening = CeilMinute(
            time.GetUtcNow() + TimeSpan.FromSeconds((options.AtOnce + options.Spread) / perSecond * PatienceFactor * options.Lead + StartMargin.TotalSeconds + RulesKnown.TotalSeconds + options.Seconds + 5));
        await setup.CreateCalendarAsync(new Calendar
        {
            Name = "calendars/opens",
            TimeZone = "Etc/UTC",
            ExtraHours = { new CalendarPeriod { StartTime = Local(opening), EndTime = Local(opening.AddDays(30)) } },
        });
        await setup.CreatePolicyAsync(Policy(TogetherChannel, AfterOpening, "calendars/opens"));
        for (var k = 0; k < options.Seconds; k++) await setup.CreatePolicyAsync(Policy(ChannelOf(k), lead + TimeSpan.FromSeconds(k), null));
        await Task.Delay(RulesKnown, time, cancellationToken);

        await progress.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Writing {options.AtOnce:N0} that are due at {opening + AfterOpening:HH:mm:ss} together."));
        await writer.WriteAsync(
            options.AtOnce, _ => TogetherChannel, (_, conversation, _) => _together[conversation] = opening + AfterOpening, cancellationToken);
        await progress.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Writing {options.Spread:N0} that are due {options.DuePerSecond} a second."));
        await writer.WriteAsync(
            options.Spread, i => ChannelOf(i % options.Seconds),
            (i, conversation, at) => _oneByOne[conversation] = at + lead + TimeSpan.FromSeconds(i % options.Seconds), cancellationToken);
        if (time.GetUtcNow() > opening)
            throw new TooSlowException("Those due together were written until after their instant: this machine is too slow for so many conversations.");
        return (time.GetElapsedTime(begin), _oneByOne.Values.Min(), opening);
    }

    private TimeSpan StartMargin => TimeSpan.FromSeconds(15 + options.Conversations / 5_000.0) * options.Lead;

    /// <returns>The most memory.</returns>
    private async Task<long> WatchAsync(
        OwnEngine engine, EventRecorder recorder, DateTimeOffset firstDue, DateTimeOffset together, long memory, CancellationToken cancellationToken)
    {
        while (!recorder.HasBegun) await Task.Delay(TimeSpan.FromMilliseconds(10), time, cancellationToken);
        if (time.GetUtcNow() > firstDue)
            throw new TooSlowException("The first deadline came before the engine was back: this machine is too slow for so many conversations.");
        await progress.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"The first is due in {(firstDue - time.GetUtcNow()).TotalSeconds:0} s, those together in {(together - time.GetUtcNow()).TotalSeconds:0} s."));
        var expected = options.Spread + options.AtOnce;
        while (_told.Count < expected && time.GetUtcNow() < together + WatchMax)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
            engine.ThrowIfEnded();
            if (recorder.Failure is { } failure) throw new EngineFailedException($"The stream of events was refused: {failure}");
            memory = Math.Max(memory, ProcessVitals.Read(engine.ProcessId).ResidentBytes);
        }

        // What is told twice is told soon after.
        await Task.Delay(TimeSpan.FromSeconds(3), time, cancellationToken);
        return memory;
    }

    private void See(Event happened)
    {
        foreach (var e in happened.ConversationEvents)
        {
            if (e.SlaNotice is { Kind: SlaNoticeKind.AtRisk or SlaNoticeKind.Breached } notice)
            {
                _told.Enqueue(new ToldDeadline(
                    happened.Resource, notice.EffectiveTime.ToDateTimeOffset(), happened.CommitTime.ToDateTimeOffset(), time.GetUtcNow()));
            }
        }
    }

    private static SlaPolicy Policy(string channel, TimeSpan atRisk, string? calendar)
    {
        var policy = new SlaPolicy
        {
            Name = $"slaPolicies/{channel}",
            Match = new SlaMatch { Channels = { channel } },
            AtRiskPercent = AtRiskPercent,
            Calendar = calendar ?? "",
            Targets =
            {
                new SlaTarget
                {
                    Metric = SlaMetric.FirstResponse,
                    Target = Duration.FromTimeSpan(atRisk * TargetOfAtRisk),
                    TimeBase = calendar is null ? SlaTimeBase.Calendar : SlaTimeBase.Business,
                },
            },
        };
        return policy;
    }

    private static string ChannelOf(int second) => string.Create(CultureInfo.InvariantCulture, $"due-{second}");

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(Math.Ceiling(seconds));

    private static DateTimeOffset CeilMinute(DateTimeOffset instant) =>
        instant.AddTicks(TimeSpan.TicksPerMinute - instant.Ticks % TimeSpan.TicksPerMinute).ToUniversalTime();

    private static string Local(DateTimeOffset instant) => instant.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);
}
