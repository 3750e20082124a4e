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

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await base.OnActivateAsync(cancellationToken);
        SetTimer();
    }

    async Task IRemindable.ReceiveReminder(string reminderName, TickStatus status)
    {
        _remindedAt = null;
        if (Working.Deadline is not { } deadline)
        {
            if (await this.GetReminder(Deadline) is { } reminder) await this.UnregisterReminder(reminder);
        }
        else if (deadline > Now)
        {
            await RemindAsync(deadline);
        }
        else
        {
            await WakeAsync();
        }
    }

    private protected override void OnCommitted(ConversationState before, ConversationState after)
    {
        if (before.Deadline != after.Deadline) SetTimer();
    }

    /// <summary>
    /// Makes sure the reminder ticks no later than an instant, before the command that needs it is carried out: one too many
    /// only ticks in vain, one too few would strand the conversation after a crash. It is only ever moved earlier; a tick
    /// too soon re-arms.
    /// </summary>
    private async Task RemindAsync(DateTimeOffset at)
    {
        // Should the command be refused, what is due now must still be on time.
        if (Working.Deadline is { } current && current < at) at = current;
        if (_remindedAt <= at) return;
        var due = at - Now;
        await this.RegisterOrUpdateReminder(Deadline, due > DueMin ? due : DueMin, Period);
        _remindedAt = at;
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
