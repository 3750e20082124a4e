using Engine.Grains.Consumers;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Engine.Grains.Deadlines;

/// <summary>Runs <see cref="OverdueReminders"/> for as long as it is active.</summary>
[GrainType("overdue")]
internal sealed class OverdueGrain(
    IReminderTable table, IGrainFactory grains, ConsumerRegistry running, EngineClock clock, ILogger<OverdueReminders> logger)
    : Grain, IOverdueGrain
{
    private OverdueReminders? _overdue;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // Another table knows no times: its reminders tick when their runtime says.
        if (table is not IDueReminders due) return Task.CompletedTask;
        _overdue = new OverdueReminders(due, TickAsync, clock, TimeProvider.System, logger).Start(running.Gone);
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        _overdue?.StopAsync() ?? Task.CompletedTask;

    public Task EnsureRunningAsync() => Task.CompletedTask;

    /// <summary>What the reminder service of either runtime does.</summary>
    private Task TickAsync(DueReminder reminder) => grains.GetGrain<IRemindable>(reminder.Grain).ReceiveReminder(
        reminder.Name, new TickStatus(reminder.StartAt.UtcDateTime, reminder.Period, clock.UtcNow.UtcDateTime));
}
