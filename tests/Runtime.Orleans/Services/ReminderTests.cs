using Engine.Runtime.Orleans.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Reminders;
using Orleans.Runtime.Reminders;

namespace Engine.Runtime.Orleans.Tests.Services;

public sealed class ReminderTests : IAsyncLifetime
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly string _key = Guid.NewGuid().ToString("N");
    private readonly ManualTime _clock = new();
    private readonly InMemoryReminderTable _table = new();
    private TestSilo _silo = null!;

    private IServiceGrain Grain => _silo.Grains.GetGrain<IServiceGrain>(_key);

    public async Task InitializeAsync() => _silo = await Start();

    public async Task DisposeAsync() => await _silo.DisposeAsync();

    [Behaviour(Docs.Timers)]
    public async Task A_reminder_ticks_at_its_start_and_every_period_after()
    {
        await Grain.Remind("r", 2 * Minute, Minute).Within();
        _clock.Advance(2 * Minute + TimeSpan.FromMilliseconds(10));
        await Gates.UntilNoted(_key, "r 09:02:00");
        await Deadline.Until(() => _clock.ArmedCount >= 2, "the next tick is armed");
        _clock.Advance(Minute);
        await Gates.UntilNoted(_key, "r 09:03:00");
    }

    [Behaviour(Docs.Timers)]
    public async Task A_reminder_whose_start_has_passed_waits_for_the_next_multiple()
    {
        await _table.UpsertRow(new ReminderEntry
        {
            GrainId = Grain.GetGrainId(),
            ReminderName = "late",
            StartAt = _clock.GetUtcNow().UtcDateTime.AddSeconds(-90),
            Period = Minute,
        });
        await _silo.Services.GetRequiredService<LocalReminderService>().Refresh().Within();
        _clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Empty(Gates.Notes(_key));
        _clock.Advance(TimeSpan.FromSeconds(2));
        await Gates.UntilNoted(_key, "late 09:00:30");
    }

    [Behaviour(Docs.Timers)]
    public async Task A_reminder_wakes_a_grain_that_has_ended_and_outlives_the_silo()
    {
        await Grain.Remind("r", 2 * Minute, Minute).Within();
        await _silo.DisposeAsync();
        _silo = await Start();
        _clock.Advance(2 * Minute + TimeSpan.FromMilliseconds(10));
        await Gates.UntilNoted(_key, "r 09:02:00");
    }

    [Behaviour(Docs.Timers)]
    public async Task A_period_below_the_minimum_is_refused() =>
        await Assert.ThrowsAsync<ArgumentException>(() => Grain.Remind("r", Minute, TimeSpan.FromSeconds(59)).Within());

    [Behaviour(Docs.Timers)]
    public async Task An_unregistered_reminder_does_not_tick()
    {
        await Grain.Remind("r", Minute, Minute).Within();
        Assert.True(await Grain.HasReminder("r").Within());
        await Grain.Forget("r").Within();
        Assert.False(await Grain.HasReminder("r").Within());
        _clock.Advance(10 * Minute);
        Assert.Empty(Gates.Notes(_key));
    }

    [Behaviour(Docs.Timers)]
    public async Task Registering_again_replaces_the_schedule()
    {
        await Grain.Remind("r", Minute, Minute).Within();
        await Grain.Remind("r", 5 * Minute, Minute).Within();
        _clock.Advance(4 * Minute);
        Assert.Empty(Gates.Notes(_key));
        _clock.Advance(Minute + TimeSpan.FromMilliseconds(10));
        await Gates.UntilNoted(_key, "r 09:05:00");
    }

    [Behaviour(Docs.Timers)]
    public async Task Without_reminders_a_grain_cannot_register()
    {
        await using var silo = await TestSilo.Start(static builder => builder.AddMemoryGrainStorage("named"));
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            silo.Grains.GetGrain<IServiceGrain>(_key).Remind("r", Minute, Minute).Within());
    }

    [Behaviour(Docs.Timers)]
    public void A_due_time_of_zero_ticks_one_period_later()
    {
        var start = new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        Assert.Equal(start + Minute, ReminderSchedule.Next(start, Minute, start.AddTicks(1)));
        Assert.Equal(start, ReminderSchedule.Next(start, Minute, start.AddTicks(-1)));
    }

    private Task<TestSilo> Start() => TestSilo.Start(silo =>
    {
        silo.AddMemoryGrainStorage("named");
        silo.AddReminders();
        silo.Services.AddSingleton<IReminderTable>(_table);
        silo.Services.AddKeyedSingleton<TimeProvider>(ReminderTimeProviderNames.Reminders, _clock);
    });
}
