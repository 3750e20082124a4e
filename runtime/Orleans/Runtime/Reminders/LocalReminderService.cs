using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Hosting;
using Orleans.Reminders;
using Orleans.Runtime.Cluster;
using Orleans.Runtime.Membership;
using Orleans.Timers;

namespace Orleans.Runtime.Reminders;

/// <summary>
/// Ticks the reminders of this silo's part of the ring. The table is the truth; what is here is a copy of the part,
/// read at start, when the part grows and from time to time, and kept up to date by registrations made here. All reminders
/// share one timer, set for the one that is due next, since there may be a hundred thousand of them. A tick is a call of the
/// grain, which lives on this silo too, since the ring is the same; the next is due at the next multiple of the period after
/// that call has ended, so slow grains miss ticks and never get two at once. A suspended silo does not tick: another may be
/// ticking for it.
/// </summary>
internal sealed partial class LocalReminderService : IReminderRegistry, ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private const int AttemptsMax = 5;
    private static readonly TimeSpan AttemptDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SuspendedDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan TimerMax = TimeSpan.FromDays(1);
    private readonly IReminderTable _table;
    private readonly IGrainFactory _factory;
    private readonly ReminderOptions _options;
    private readonly ClusterTopology _topology;
    private readonly IClusterMembership _membership;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private readonly Dictionary<(GrainId, string), LocalReminder> _reminders = [];
    private readonly PriorityQueue<LocalReminder, DateTime> _due = new();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITimer? _timer;
    private ITimer? _refresh;
    private volatile bool _isStopped;
    private long _changes;

    public LocalReminderService(
        IReminderTable table, IGrainFactory factory, IOptions<ReminderOptions> options, ClusterTopology topology,
        IClusterMembership membership, IServiceProvider services, ILogger<LocalReminderService> logger)
    {
        _topology = topology;
        _membership = membership;
        _table = table;
        _factory = factory;
        _options = options.Value;
        _logger = logger;
        _clock = Clocks.Get(services, ReminderTimeProviderNames.Reminders);
    }

    /// <summary>Reminders that tick here.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _reminders.Count;
        }
    }

    private DateTime Now => _clock.GetUtcNow().UtcDateTime;

    public void Participate(ISiloLifecycle lifecycle)
    {
        lifecycle.Subscribe(nameof(LocalReminderService), ServiceLifecycleStage.BecomeActive, StartTable, StopTable);
        lifecycle.Subscribe(nameof(LocalReminderService), ServiceLifecycleStage.Active, Start, Stop);
    }

    public async Task<IGrainReminder> RegisterOrUpdateReminder(
        GrainId callingGrainId, string reminderName, TimeSpan dueTime, TimeSpan period)
    {
        CheckSpans(dueTime, period);
        await _started.Task;
        var entry = new ReminderEntry
        {
            GrainId = callingGrainId,
            ReminderName = reminderName,
            StartAt = Now + dueTime,
            Period = period,
        };
        var etag = await _table.UpsertRow(entry)
            ?? throw new ReminderException($"The reminder table refused reminder '{reminderName}' of {callingGrainId}.");
        entry.ETag = etag;
        await Take(entry);
        return new ReminderHandle { GrainId = callingGrainId, ReminderName = reminderName, ETag = etag };
    }

    public async Task UnregisterReminder(GrainId callingGrainId, IGrainReminder reminder)
    {
        var handle = reminder as ReminderHandle ?? throw new ArgumentException("The reminder is not of this runtime.", nameof(reminder));
        await _started.Task;
        if (!await _table.RemoveRow(callingGrainId, handle.ReminderName, handle.ETag))
        {
            throw new ReminderException(
                $"Reminder '{handle.ReminderName}' of {callingGrainId} was not removed: it was registered anew or is gone.");
        }

        lock (_gate)
        {
            _removed?.Add((callingGrainId, handle.ReminderName));
            if (_reminders.Remove((callingGrainId, handle.ReminderName), out var local))
                local.IsEnded = true;
        }
    }

    public async Task<IGrainReminder?> GetReminder(GrainId callingGrainId, string reminderName)
    {
        await _started.Task;
        return await _table.ReadRow(callingGrainId, reminderName) is { } entry ? HandleOf(entry) : null;
    }

    public async Task<List<IGrainReminder>> GetReminders(GrainId callingGrainId)
    {
        await _started.Task;
        return [.. (await _table.ReadRows(callingGrainId)).Reminders.Select(HandleOf)];
    }

    public void Dispose()
    {
        _isStopped = true;
        _topology.Changed -= OnChanged;
        _refresh?.Dispose();
        _timer?.Dispose();
    }

    private static IGrainReminder HandleOf(ReminderEntry entry) =>
        new ReminderHandle { GrainId = entry.GrainId, ReminderName = entry.ReminderName, ETag = entry.ETag ?? "" };

    private void CheckSpans(TimeSpan dueTime, TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, TimeSpan.Zero);
        if (dueTime == Timeout.InfiniteTimeSpan || dueTime.TotalMilliseconds > 0xfffffffe)
            throw new ArgumentOutOfRangeException(nameof(dueTime), dueTime, "The due time is too long.");
        ArgumentOutOfRangeException.ThrowIfLessThan(period, TimeSpan.Zero);
        if (period.TotalMilliseconds > 0xfffffffe)
            throw new ArgumentOutOfRangeException(nameof(period), period, "The period is too long.");
        if (period < _options.MinimumReminderPeriod)
        {
            throw new ArgumentException(
                $"The period {period:c} of a reminder is below the minimum of {_options.MinimumReminderPeriod:c}.", nameof(period));
        }
    }

    private Task StartTable(CancellationToken token)
    {
        if (_options.MinimumReminderPeriod < TimeSpan.FromMinutes(1))
            FastReminders(_logger, _options.MinimumReminderPeriod);
        return _table.StartAsync(token).WaitAsync(_options.InitializationTimeout, token);
    }

    private Task StopTable(CancellationToken token) => _table.StopAsync(token);

    private async Task Start(CancellationToken token)
    {
        using (ExecutionContext.SuppressFlow())
        {
            _timer = _clock.CreateTimer(static service => ((LocalReminderService)service!).OnDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _refresh = _clock.CreateTimer(
                static service => _ = ((LocalReminderService)service!).TryRefresh(), this,
                _options.RefreshReminderListPeriod, _options.RefreshReminderListPeriod);
        }

        _topology.CatchUp();
        _topology.Changed += OnChanged;
        await Refresh().WaitAsync(_options.InitializationTimeout, token);
        _started.TrySetResult();
    }

    private Task Stop(CancellationToken token)
    {
        Dispose();
        return Task.CompletedTask;
    }

    private void SetTimer()
    {
        while (_due.TryPeek(out var first, out _) && first.IsEnded)
            _due.Dequeue();
        if (_isStopped || _timer is null)
            return;
        if (!_due.TryPeek(out _, out var dueAt))
        {
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        var wait = dueAt - Now;
        _timer.Change(
            wait <= TimeSpan.Zero ? TimeSpan.Zero : wait > TimerMax ? TimerMax : wait + TimeSpan.FromMilliseconds(1),
            Timeout.InfiniteTimeSpan);
    }

    private void OnDue()
    {
        var due = new List<LocalReminder>();
        lock (_gate)
        {
            if (!_membership.MayDispatch)
            {
                if (!_isStopped)
                    _timer?.Change(SuspendedDelay, Timeout.InfiniteTimeSpan);
                return;
            }

            var now = Now;
            while (_due.TryPeek(out _, out var dueAt) && dueAt <= now)
            {
                var reminder = _due.Dequeue();
                if (!reminder.IsEnded)
                    due.Add(reminder);
            }

            SetTimer();
        }

        foreach (var reminder in due)
            _ = Tick(reminder);
    }

    private async Task Tick(LocalReminder reminder)
    {
        var entry = reminder.Entry;
        for (var attempt = 1; attempt <= AttemptsMax && !reminder.IsEnded && !_isStopped; attempt++)
        {
            try
            {
                await _factory.GetGrain<IRemindable>(entry.GrainId).ReceiveReminder(
                    entry.ReminderName, new TickStatus(entry.StartAt, entry.Period, Now));
                break;
            }
            catch (OrleansMessageRejectionException error) when (attempt < AttemptsMax)
            {
                // The cluster changes. To wait a whole period would be to lose the tick.
                TickDelayed(_logger, entry.GrainId, entry.ReminderName, error.Message);
                await Task.Delay(AttemptDelay, _clock);
            }
            catch (Exception error)
            {
                TickFailed(_logger, entry.GrainId, entry.ReminderName, error);
                break;
            }
        }

        lock (_gate)
        {
            if (reminder.IsEnded || _isStopped)
                return;
            var now = Now;
            var next = ReminderSchedule.Next(entry.StartAt, entry.Period, now);
            reminder.NextTick = next > reminder.NextTick ? next : reminder.NextTick + entry.Period;
            _due.Enqueue(reminder, reminder.NextTick);
            SetTimer();
        }
    }

    [LoggerMessage(300, LogLevel.Warning, "Reminders may tick every {Minimum}: many of them cost much")]
    private static partial void FastReminders(ILogger logger, TimeSpan minimum);

    [LoggerMessage(301, LogLevel.Error, "The reminder table could not be read again")]
    private static partial void RefreshFailed(ILogger logger, Exception error);

    [LoggerMessage(303, LogLevel.Warning, "Reminder {Name} of {GrainId} could not be delivered yet: {Reason}")]
    private static partial void TickDelayed(ILogger logger, GrainId grainId, string name, string reason);

    [LoggerMessage(302, LogLevel.Error, "Reminder {Name} of {GrainId} failed")]
    private static partial void TickFailed(ILogger logger, GrainId grainId, string name, Exception error);
}
