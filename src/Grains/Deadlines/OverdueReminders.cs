using Engine.Grains.Consumers;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Engine.Grains.Deadlines;

/// <summary>
/// Wakes the actors whose reminders should have ticked and did not.
/// </summary>
/// <remarks>
/// <para>
/// A reminder ticks at its start and at whole periods after it, and never in between. Whoever had it at its start was perhaps
/// dying, or everything was down; the next silo then waits for the next period, and a deadline is a minute late although
/// everybody is there again. Shorter periods would make every reminder cost more, always, for what happens seldom.
/// </para>
/// <para>
/// So one owner in the cluster asks the table every other second what is overdue, which is normally nothing, and costs one
/// look into an index. Each actor found is told what its reminder's tick would tell it, and no more: the actor knows what
/// is due, and when, and a tick too many does nothing. The actor moves or removes the reminder; one that is still there
/// is tried again, each time after a longer pause, and it keeps its own ticks besides.
/// </para>
/// <para>
/// Two owners at once, for a moment, tell some actors twice. Actors are told beside each other, up to a limit, and nobody
/// waits for the slowest of a page: an actor whose silo has just died takes its time to fail.
/// </para>
/// </remarks>
/// <param name="tick">Tells an actor what its reminder's tick would.</param>
/// <param name="time">Real time: what pauses go by.</param>
internal sealed partial class OverdueReminders(
    IDueReminders reminders, Func<DueReminder, Task> tick, EngineClock clock, TimeProvider time, ILogger logger) : IDisposable
{
    private const int PageMax = 1_024;
    private const int ParallelMax = 256;

    /// <summary>Reminders remembered because they did not go away. What comes behind so many is left to its own ticks.</summary>
    private const int CasesMax = 100_000;

    /// <summary>In real time: engine time may run faster than anybody can look.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    /// <summary>In engine time. Reminders that are on time have ticked by then.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan AgainMin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AgainMax = TimeSpan.FromMinutes(1);

    /// <summary>A silo that is going away is no fault of the actor, and is gone soon.</summary>
    private static readonly TimeSpan AgainMaxWhenTransient = TimeSpan.FromSeconds(4);

    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _slots = new(ParallelMax, ParallelMax);
    private readonly Dictionary<DueReminder, Case> _cases = [];
    private readonly Setbacks _setbacks = new(time);
    private readonly Setbacks _faults = new(time);
    private Task _loop = Task.CompletedTask;
    private int _sweep;

    /// <param name="gone">The silo is torn down, perhaps without deactivating its grains.</param>
    public OverdueReminders Start(CancellationToken gone)
    {
        gone.UnsafeRegister(static loop => ((OverdueReminders)loop!).Dispose(), this);
        // Not with the context of the call that happened to activate the grain.
        using (ExecutionContext.SuppressFlow()) _loop = Task.Run(RunAsync, CancellationToken.None);
        return this;
    }

    /// <summary>Ends the search. Actors that are being told go on with it.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _loop;
    }

    public void Dispose() => _stop.Cancel();

    /// <summary>Looks through everything overdue once, and answers how long reading took.</summary>
    internal async Task<TimeSpan> SweepAsync(CancellationToken cancellationToken)
    {
        var reading = TimeSpan.Zero;
        var started = 0;
        _sweep++;
        DueReminder? last = null;
        do
        {
            var begin = time.GetTimestamp();
            var page = await reminders.ReadDueAsync(clock.UtcNow - Grace, last, PageMax, cancellationToken);
            reading += time.GetElapsedTime(begin);
            foreach (var reminder in page)
            {
                if (Find(reminder) is not { } found) break;
                if (!found.MayStart) continue;
                await _slots.WaitAsync(cancellationToken);
                found.Start();
                started++;
                _ = TellAsync(reminder, found);
            }

            last = page.Count == PageMax && _cases.Count < CasesMax ? page[^1] : null;
        }
        while (last is not null);

        foreach (var (reminder, gone) in _cases)
        {
            if (gone.Sweep != _sweep && !gone.IsRunning) _cases.Remove(reminder);
        }

        if (started > 0) LogStarted(started);
        return reading;
    }

    private async Task RunAsync()
    {
        var cancellationToken = _stop.Token;
        while (!cancellationToken.IsCancellationRequested)
        {
            TimeSpan pause;
            try
            {
                var reading = await SweepAsync(cancellationToken);
                // Should many be stuck, looking for others costs no more than a tenth of the time.
                pause = reading * 10 > Period ? reading * 10 : Period;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                pause = _setbacks.Add();
                if (!TransientFailure.Is(e)) LogReadFailed(e);
                else if (_setbacks.TryTell(out var failures)) LogReadDelayed(e.GetType().Name, failures);
            }

            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Case? Find(DueReminder reminder)
    {
        if (!_cases.TryGetValue(reminder, out var found))
        {
            if (_cases.Count >= CasesMax) return null;
            _cases[reminder] = found = new Case(time);
        }

        found.Sweep = _sweep;
        return found;
    }

    private async Task TellAsync(DueReminder reminder, Case told)
    {
        var againMax = AgainMax;
        try
        {
            await tick(reminder);
        }
        catch (Exception e) when (TransientFailure.Is(e))
        {
            againMax = AgainMaxWhenTransient;
            if (_setbacks.TryTell(out var failures)) LogDelayed(e.GetType().Name, failures);
        }
        catch (Exception e)
        {
            if (_faults.TryTell(out var failures)) LogFailed(e, reminder.Name, reminder.Grain.Type, failures);
        }
        finally
        {
            told.End(againMax);
            _slots.Release();
        }
    }

    /// <summary>An overdue reminder that was found.</summary>
    private sealed class Case(TimeProvider time)
    {
        private TimeSpan _pause = AgainMin;
        private long _notBefore = long.MinValue;
        private volatile bool _isRunning;

        /// <summary>The last sweep that found it.</summary>
        public int Sweep { get; set; }

        public bool IsRunning => _isRunning;

        public bool MayStart => !_isRunning && time.GetTimestamp() >= _notBefore;

        public void Start() => _isRunning = true;

        public void End(TimeSpan againMax)
        {
            if (_pause > againMax) _pause = againMax;
            _notBefore = time.GetTimestamp() + (long)(_pause.TotalSeconds * time.TimestampFrequency);
            _pause *= 2;
            if (_pause > againMax) _pause = againMax;
            _isRunning = false;
        }
    }

    [LoggerMessage(1201, LogLevel.Information, "Woke the actors of {Count} overdue reminders.")]
    private partial void LogStarted(int count);

    [LoggerMessage(1202, LogLevel.Warning, "Overdue reminders cannot be read for now: {Error}, {Failures} times since this was last said.")]
    private partial void LogReadDelayed(string error, int failures);

    [LoggerMessage(1203, LogLevel.Error, "Overdue reminders could not be read.")]
    private partial void LogReadFailed(Exception exception);

    [LoggerMessage(1204, LogLevel.Warning, "Actors with overdue reminders cannot be reached for now: {Error}, {Failures} times since this was last said.")]
    private partial void LogDelayed(string error, int failures);

    [LoggerMessage(1205, LogLevel.Error, "The overdue reminder {Name} of an actor {Type} failed; {Failures} did since this was last said.")]
    private partial void LogFailed(Exception exception, string name, GrainType type, int failures);
}
