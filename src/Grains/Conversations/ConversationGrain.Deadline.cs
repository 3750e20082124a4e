using Engine.Grains.Journal;
using Engine.Internal.V1;
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
    private Task _reminderWrite = Task.CompletedTask;

    /// <summary>Commands that have asked for the reminder, and whose deadline is perhaps not in the state yet.</summary>
    private int _commandsReminded;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await base.OnActivateAsync(cancellationToken);
        SetTimer();
    }

    async Task IRemindable.ReceiveReminder(string reminderName, TickStatus status)
    {
        _remindedAt = null;
        if (Working.Deadline <= Now) await WakeAsync();
        // Not by what is pending: should it fail, the reminder is still needed, and this activation no longer knows for what.
        if (!await WhenSettledAsync()) return;
        if (Working.Deadline is not { } deadline)
            await WriteReminderAsync(ForgetAsync);
        else if (deadline > Now)
            await RemindAsync(deadline);
    }

    private protected override void OnCommitted(ConversationState before, ConversationState after)
    {
        if (before.Deadline != after.Deadline) SetTimer();
    }

    /// <summary>Carries out a command that needs the reminder at an instant.</summary>
    private async Task<ConversationReply> WithReminderAsync(DateTimeOffset at, Func<Task<ConversationReply>> command)
    {
        _commandsReminded++;
        try
        {
            await RemindAsync(at);
            return await command();
        }
        finally
        {
            _commandsReminded--;
        }
    }

    /// <summary>
    /// Makes sure the reminder ticks no later than an instant, before the command that needs it is carried out: one too many
    /// only ticks in vain, one too few would strand the conversation after a crash. It is only ever moved earlier; a tick
    /// too soon re-arms.
    /// </summary>
    private Task RemindAsync(DateTimeOffset at) => WriteReminderAsync(async () =>
    {
        // Should the command be refused, what is due now must still be on time.
        if (Working.Deadline is { } current && current < at) at = current;
        if (_remindedAt <= at) return;
        var due = at - Now;
        await this.RegisterOrUpdateReminder(Deadline, due > DueMin ? due : DueMin, Period);
        _remindedAt = at;
    });

    private async Task ForgetAsync()
    {
        if (_commandsReminded > 0 || Working.Deadline is not null) return;
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
        if (Committed.Deadline is not { } deadline) return;
        var due = deadline - Now;
        if (due > TimerMax) return;
        _timer = this.RegisterGrainTimer(
            static (self, _) => self.WakeAsync(),
            this,
            new GrainTimerCreationOptions { DueTime = due > TimeSpan.Zero ? due : TimeSpan.Zero, Period = Timeout.InfiniteTimeSpan, Interleave = true });
    }

    private async Task WakeAsync()
    {
        await ExecuteAsync(
            RequestStamp.None,
            (state, now) => ConversationCore.Wake(state, now),
            null,
            (_, _, _) => (Rejection?)null,
            rejection => rejection);
    }
}
