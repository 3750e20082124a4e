using Engine.Grains.Journal;
using Engine.Grains.Routing;
using Engine.Internal.V1;
using Engine.V1;
using Orleans.Runtime;

namespace Engine.Grains.Agents;

/// <summary>
/// What happens to an agent by time alone: reservations expire, the work of the absent is returned, who was ONLINE by a
/// stream that broke is not any more. A timer does it while the actor is awake; a reminder, written before the commit that
/// needs it, wakes the actor should its silo be gone by then.
/// </summary>
internal sealed partial class AgentGrain
{
    private const string Reminder = "presence";
    private static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1);

    /// <summary>A reminder registered as already due would wait a whole period.</summary>
    private static readonly TimeSpan ReminderDueMin = TimeSpan.FromSeconds(5);

    /// <summary>A timer for a farther instant would only hold memory: the reminder wakes the actor then.</summary>
    private static readonly TimeSpan TimerMax = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(1);

    /// <summary>In real time: connections do not break faster because engine time does.</summary>
    private static readonly TimeSpan InterruptionMin = TimeSpan.FromSeconds(1);

    private RoutingSettings? _settings;
    private IGrainTimer? _timer;
    private DateTimeOffset _timerAt;
    private DateTimeOffset? _remindedAt;
    private Task _reminderWrite = Task.CompletedTask;
    private int _commandsReminded;
    private int _streamReads;
    private DateTimeOffset _streamSeen;
    private long _streamSeenAt;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await base.OnActivateAsync(cancellationToken);
        SeeStream();
        SetTimer();
    }

    public async Task<AgentReply> SetPresenceAsync(SetPresenceRequest request, Caller caller)
    {
        var grace = RoutingTimes.AbsenceGrace(await SettingsAsync());
        var hasStream = _streamReads > 0;
        var isOnline = request.Presence == Presence.Online;
        DateTimeOffset? needed = isOnline
            ? hasStream ? Now + ReminderPeriod : null
            : Working.Reservations.Count > 0 || Working.Inbox.Values.Any(IsWaitedFor) ? Now + grace : null;
        return await WithReminderAsync(needed, () => ChangeAsync(
            request.RequestId, request, state => AgentCore.SetPresence(state, request.Presence, hasStream, Authors.Of(caller))));
    }

    async Task IRemindable.ReceiveReminder(string reminderName, TickStatus status)
    {
        _remindedAt = Now + ReminderPeriod;
        await LookAsync();
        if (!await WhenSettledAsync()) return;
        if (!NeedsReminder) await WriteReminderAsync(ForgetAsync);
    }

    private protected override void OnCommitted(AgentState before, AgentState after) => SetTimer();

    private bool NeedsReminder =>
        Working is { Presence: Presence.Online, PresenceByStream: true } || AgentCore.NextReturn(Working, TimeSpan.Zero) is not null;

    private async ValueTask<RoutingSettings> SettingsAsync() => _settings = (await catalogs.GetAsync(Workspace)).Routing;

    private void BeginStreamRead()
    {
        _streamReads++;
        SeeStream();
    }

    private void EndStreamRead()
    {
        _streamReads--;
        SeeStream();
        SetTimer();
    }

    private void SeeStream() => (_streamSeen, _streamSeenAt) = (Now, TimeProvider.System.GetTimestamp());

    private async Task<Rejection?> KeepOnlineAsync(bool begins)
    {
        if (AgentCore.KeepOnline(Working, begins).IsRejected) return null;
        var refused = await WithReminderAsync(Now + ReminderPeriod, () => ExecuteAsync(
            RequestStamp.None, (state, _) => AgentCore.KeepOnline(state, begins), null, (_, _, _) => (Rejection?)null, rejection => rejection));
        return refused is { Reason: "NO_NEWS" } ? null : refused;
    }

    private void SetTimer()
    {
        if (NextDue() is not { } due) return;
        // One that comes too early finds nothing to do, and is set anew.
        if (_timer is not null && _timerAt <= due) return;
        SetTimer(due);
    }

    private void SetTimer(DateTimeOffset due)
    {
        _timer?.Dispose();
        _timer = null;
        var wait = due - Now;
        if (wait > TimerMax) return;
        _timerAt = due;
        _timer = this.RegisterGrainTimer(
            static (self, _) => self.OnTimerAsync(),
            this,
            new GrainTimerCreationOptions { DueTime = wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Period = Timeout.InfiniteTimeSpan, Interleave = true });
    }

    private async Task OnTimerAsync()
    {
        _timer?.Dispose();
        _timer = null;
        try
        {
            await LookAsync();
            SetTimer();
        }
        catch (Exception e) when (TransientFailure.Is(e))
        {
            SetTimer(Now + AgainAfter);
        }
    }

    /// <summary>When something may be due; at once while the settings are not known.</summary>
    private DateTimeOffset? NextDue()
    {
        var state = Committed;
        DateTimeOffset? next = null;
        foreach (var reservation in state.Reservations.Values)
        {
            if (reservation.ExpireTime is { } expire) next = Earlier(next, expire.ToDateTimeOffset());
        }

        if (_settings is null) return AgentCore.NextReturn(state, TimeSpan.Zero) is not null || IsOnlineByStream(state) ? Now : next;
        next = Earlier(next, AgentCore.NextReturn(state, RoutingTimes.AbsenceGrace(_settings)));
        if (!IsOnlineByStream(state) || _streamReads > 0) return next;
        var gone = _streamSeen + RoutingTimes.DisconnectGrace(_settings);
        return Earlier(next, gone > Now ? gone : Now + AgainAfter);
    }

    private async Task LookAsync()
    {
        var settings = await SettingsAsync();
        await DecideAsync(AgentCore.Tidy);
        if (IsStreamGone(settings)) await DecideAsync((state, _) => AgentCore.LoseStream(state));
        var grace = RoutingTimes.AbsenceGrace(settings);
        await DecideAsync((state, now) => AgentCore.ReturnWork(state, grace, now));
    }

    private bool IsStreamGone(RoutingSettings settings) =>
        IsOnlineByStream(Working) && _streamReads == 0
        && Now >= _streamSeen + RoutingTimes.DisconnectGrace(settings)
        && TimeProvider.System.GetElapsedTime(_streamSeenAt) >= InterruptionMin;

    private static bool IsOnlineByStream(AgentState state) => state is { Presence: Presence.Online, PresenceByStream: true };

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null ? other : other is null || one < other ? one : other;

    private Task<Rejection?> DecideAsync(Func<AgentState, DateTimeOffset, Decision<AgentChange>> decide) => ExecuteAsync(
        RequestStamp.None, decide, null, (_, _, _) => (Rejection?)null, rejection => rejection);

    /// <summary>Carries out a command that may need the reminder at an instant; null: it does not.</summary>
    private async Task<TReply> WithReminderAsync<TReply>(DateTimeOffset? at, Func<Task<TReply>> command)
    {
        if (at is null) return await command();
        _commandsReminded++;
        try
        {
            await WriteReminderAsync(() => RemindAsync(at.Value));
            return await command();
        }
        finally
        {
            _commandsReminded--;
        }
    }

    /// <summary>It ticks every minute until nothing needs it, so that it is only ever moved earlier.</summary>
    private async Task RemindAsync(DateTimeOffset at)
    {
        if (_remindedAt <= at) return;
        var due = at - Now;
        if (due < ReminderDueMin) due = ReminderDueMin;
        await this.RegisterOrUpdateReminder(Reminder, due, ReminderPeriod);
        _remindedAt = Now + due;
    }

    private async Task ForgetAsync()
    {
        if (_commandsReminded > 0 || NeedsReminder) return;
        if (await this.GetReminder(Reminder) is { } reminder) await this.UnregisterReminder(reminder);
        _remindedAt = null;
    }

    /// <summary>One write after the other: calls interleave, and the last of two writes at once may be the wrong one.</summary>
    private async Task WriteReminderAsync(Func<Task> write)
    {
        while (!_reminderWrite.IsCompleted)
            await _reminderWrite.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await (_reminderWrite = write());
    }
}
