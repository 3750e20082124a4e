using Engine.Runtime.Orleans.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.Activations;

namespace Engine.Runtime.Orleans.Tests.Model;

/// <summary>Runs programs on a silo: sends the calls, opens the gates in the program's order, and sees that all ends.</summary>
internal sealed class ModelDriver : IAsyncDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly ManualTime _grainClock;
    private readonly ManualTime _messagingClock;
    private readonly TestSilo _silo;

    private ModelDriver(TestSilo silo, ManualTime grainClock, ManualTime messagingClock)
    {
        _silo = silo;
        _grainClock = grainClock;
        _messagingClock = messagingClock;
    }

    /// <summary>How long the model waits for something that nothing holds back.</summary>
    public TimeSpan Patience { get; set; } = Deadline.Limit;

    public static async Task<ModelDriver> Start()
    {
        var grainClock = new ManualTime();
        var messagingClock = new ManualTime();
        var silo = await TestSilo.Start(builder =>
        {
            builder.Services.AddKeyedSingleton<TimeProvider>(TimeProviderNames.Grains, grainClock);
            builder.Services.AddKeyedSingleton<TimeProvider>(TimeProviderNames.Messaging, messagingClock);
            builder.Configure<SiloMessagingOptions>(static options => options.ResponseTimeout = TimeSpan.FromDays(1));
        });
        return new ModelDriver(silo, grainClock, messagingClock);
    }

    public ValueTask DisposeAsync() => _silo.DisposeAsync();

    /// <returns>What went wrong; empty when nothing did.</returns>
    public async Task<IReadOnlyList<string>> Run(ModelProgram program)
    {
        using var run = new ModelRun(program);
        using var cancellations = new Cancellations(run);
        var roots = new List<Task>();
        var isLive = true;
        foreach (var action in program.Actions)
        {
            switch (action.Kind)
            {
                case ActionKind.Send:
                    roots.Add(run.Observe(action.Argument, run.Send(action.Argument, -1, _silo.Grains, cancellations.Token(action.Argument))));
                    break;
                case ActionKind.Burst:
                    var caller = -2 - action.Argument;
                    var token = cancellations.Token(action.Argument);
                    roots.Add(Task.Run(() => run.Observe(action.Argument, run.Send(action.Argument, caller, _silo.Grains, token)), CancellationToken.None));
                    break;
                case ActionKind.Open:
                    run.Open(action.Argument);
                    break;
                case ActionKind.Cancel:
                    cancellations.Cancel(action.Argument);
                    break;
                default:
                    _grainClock.Advance(Second);
                    break;
            }

            if (action.Settles && !(isLive = await Until(run, run.Unsettled)))
                break;
        }

        for (var gate = 0; gate < program.GateCount; gate++)
            run.Open(gate);
        if (isLive && await Until(run, () => Ended(run, roots)) && await TimersTick(run))
            await Finish(run);
        return run.Violations;
    }

    /// <summary>With all gates open, calls end; doomed ones by their timeout.</summary>
    private string? Ended(ModelRun run, List<Task> roots)
    {
        if (run.Unsettled() is { } unsettled)
            return unsettled;
        if (run.IsDoomed())
        {
            _messagingClock.Advance(10 * Second);
            return "a call should time out";
        }

        return roots.TrueForAll(static root => root.IsCompleted) ? run.Unfinished() : "a call has no outcome";
    }

    private async Task<bool> TimersTick(ModelRun run)
    {
        foreach (var timer in run.Timers.Where(static timer => !timer.Owner.EndRequested))
        {
            var before = timer.Ticks;
            if (!await Until(run, () =>
            {
                if (timer.IsStopped || timer.Ticks > before)
                    return null;
                _grainClock.Advance(Second);
                return "a timer should tick";
            }))
                return false;
        }

        return await Until(run, run.Unfinished);
    }

    /// <summary>Ends all grains, lets more time pass, and sees that nothing is left.</summary>
    private async Task Finish(ModelRun run)
    {
        // A call that was cancelled on its way has ended for its caller and may still bring about an activation.
        var directory = _silo.Services.GetRequiredService<ActivationDirectory>();
        await Until(run, () => directory.Count(IsOfRun) == run.LiveGrains().Count ? null : "a grain should be activated or gone");
        run.CheckLive();
        foreach (var grain in run.LiveGrains())
            await run.Grain(grain, _silo.Grains).Finish().WaitAsync(Patience);
        var isEmpty = await Until(run, () => run.LiveGrains().Count > 0 || directory.Any(IsOfRun) ? "a grain should have ended" : null);
        _grainClock.Advance(3 * Second);
        if (isEmpty && directory.Any(IsOfRun))
            run.Report("something outlives its activation");

        bool IsOfRun(global::Orleans.Runtime.Activations.Activation activation) =>
            activation.GrainId.Key.ToString()!.StartsWith(run.Name, StringComparison.Ordinal);
    }

    private async Task<bool> Until(ModelRun run, Func<string?> missing)
    {
        var started = TimeProvider.System.GetTimestamp();
        for (var attempt = 0; missing() is { } what; attempt++)
        {
            if (run.Violations.Count > 0)
                return false;
            if (TimeProvider.System.GetElapsedTime(started) > Patience)
            {
                run.Report($"stuck: {what}");
                return false;
            }

            await Deadline.Pause(attempt);
        }

        return run.Violations.Count == 0;
    }

    /// <summary>The tokens of the calls that can be cancelled.</summary>
    private sealed class Cancellations(ModelRun run) : IDisposable
    {
        private readonly Dictionary<int, CancellationTokenSource> _sources = [];

        public CancellationToken Token(int call) => Source(call).Token;

        public void Cancel(int call)
        {
            run.Call(call).IsCancelled = true;
            Source(call).Cancel();
        }

        public void Dispose()
        {
            foreach (var source in _sources.Values)
                source.Dispose();
        }

        private CancellationTokenSource Source(int call)
        {
            if (!_sources.TryGetValue(call, out var source))
                _sources[call] = source = new CancellationTokenSource();
            return source;
        }
    }
}
