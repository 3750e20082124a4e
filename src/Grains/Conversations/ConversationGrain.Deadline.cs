using Engine.Grains.Expectations;
using Engine.Grains.Sla;
using NodaTime;
using Orleans.Runtime;

namespace Engine.Grains.Conversations;

internal sealed partial class ConversationGrain
{
    private const string Deadline = "deadline";
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    /// <summary>A reminder registered as already due would wait a whole period.</summary>
    private static readonly TimeSpan DueMin = TimeSpan.FromSeconds(5);

    /// <summary>A timer for a farther instant would only hold memory: the reminder wakes the actor then.</summary>
    private static readonly TimeSpan TimerMax = TimeSpan.FromMinutes(15);

    private IGrainTimer? _timer;
    private DateTimeOffset? _remindedAt;
    private Instant _reviewedAt = Instant.MinValue;
    private Task _reminderWrite = Task.CompletedTask;

    /// <summary>Commands that have asked for the reminder, and whose deadline is perhaps not in the state yet.</summary>
    private int _commandsReminded;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await base.OnActivateAsync(cancellationToken);
        // Before each commit the reminder is made no later than what is due after it.
        _remindedAt = Committed.Deadline;
        SetTimer();
    }

    async Task IRemindable.ReceiveReminder(string reminderName, TickStatus status)
    {
        _remindedAt = null;
        await WakeAsync();
        // Not by what is pending: should it fail, the reminder is still needed, and this activation no longer knows for what.
        if (!await WhenSettledAsync()) return;
        if (NextWake(Working) is not { } deadline)
            await WriteReminderAsync(ForgetAsync);
        else if (deadline > Now)
            await RemindAsync(deadline);
    }

    private protected override void OnCommitted(ConversationState before, ConversationState after)
    {
        if (NextWake(before) != NextWake(after)) SetTimer();
    }

    /// <summary>When there is anything to do though nobody asks for it.</summary>
    private DateTimeOffset? NextWake(ConversationState state) => ConversationState.Earlier(state.Deadline, NextReview(state));

    /// <summary>
    /// When to look again at what the customer was told. After an activation at once, if it was missed meanwhile. Without a
    /// queue no load changes the forecast by itself: what else does is told.
    /// </summary>
    private DateTimeOffset? NextReview(ConversationState state) => state.Promise is not { } promise || state.Summary.Queue.Length == 0
        ? null
        : PromiseCore.NextReview(promise, Instant.Max(promise.ToldAt, _reviewedAt))?.ToDateTimeOffset();

    /// <summary>
    /// Makes sure the reminder ticks no later than an instant, before the command that needs it is carried out: one too many
    /// only ticks in vain, one too few would strand the conversation after a crash. It is only ever moved earlier; a tick
    /// too soon re-arms.
    /// </summary>
    private Task RemindAsync(DateTimeOffset at) => WriteReminderAsync(async () =>
    {
        // Should the command be refused, what is due now must still be on time.
        if (NextWake(Working) is { } current && current < at) at = current;
        if (_remindedAt <= at) return;
        var due = at - Now;
        await this.RegisterOrUpdateReminder(Deadline, due > DueMin ? due : DueMin, Period);
        _remindedAt = at;
    });

    private async Task ForgetAsync()
    {
        if (_commandsReminded > 0 || NextWake(Working) is not null) return;
        if (await this.GetReminder(Deadline) is { } reminder) await this.UnregisterReminder(reminder);
        _remindedAt = null;
    }

    /// <summary>One write after the other: calls interleave, and the last of two writes at once may be the wrong one.</summary>
    private async Task WriteReminderAsync(Func<Task> write)
    {
        while (!_reminderWrite.IsCompleted)
            await _reminderWrite.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await (_reminderWrite = write());
    }

    private void SetTimer()
    {
        _timer?.Dispose();
        _timer = null;
        if (NextWake(Committed) is not { } deadline) return;
        var due = deadline - Now;
        if (due > TimerMax) return;
        _timer = this.RegisterGrainTimer(
            static (self, _) => self.OnTimerAsync(),
            this,
            new GrainTimerCreationOptions { DueTime = due > TimeSpan.Zero ? due : TimeSpan.Zero, Period = Timeout.InfiniteTimeSpan, Interleave = true });
    }

    private async Task OnTimerAsync()
    {
        await WakeAsync();
        // A timer may be a millisecond early, and the reminder's next tick a minute away.
        SetTimer();
    }

    /// <summary>Commits whatever is due by now, each with its own instant and in their order.</summary>
    private async Task WakeAsync()
    {
        while (Working.Deadline <= Now)
        {
            if (await ActAsync((state, now, _) => ConversationCore.Wake(state, now), isWake: true) is not null) break;
        }

        if (!(NextReview(Working) <= Now)) return;
        _reviewedAt = Now.ToInstant();
        await ActAsync((state, _, _) => ConversationCore.Review(state), isReview: true);
        SetTimer();
    }
}
