using Engine.Runtime.Orleans.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Engine.Runtime.Orleans.Tests.Services;

public sealed class TimerTests : IAsyncLifetime
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly string _key = Guid.NewGuid().ToString("N");
    private readonly ManualTime _clock = new();
    private TestSilo _silo = null!;

    private IServiceGrain Grain => _silo.Grains.GetGrain<IServiceGrain>(_key);

    public async Task InitializeAsync() => _silo = await TestSilo.Start(silo =>
    {
        silo.AddMemoryGrainStorage("named");
        silo.Services.AddKeyedSingleton<TimeProvider>(TimeProviderNames.Grains, _clock);
    });

    public async Task DisposeAsync() => await _silo.DisposeAsync();

    [Behaviour(Docs.Timers)]
    public async Task A_timer_ticks_when_due_and_every_period_after()
    {
        await Grain.StartTimer(_key, Second, 2 * Second, false, false).Within();
        Assert.Empty(Gates.Notes(_key));
        for (var tick = 1; tick <= 3; tick++)
        {
            _clock.Advance(tick == 1 ? Second : 2 * Second);
            await Ticks(tick);
        }
    }

    [Behaviour(Docs.Timers)]
    public async Task A_timer_without_a_period_ticks_once()
    {
        await Grain.StartTimer(_key, Second, Timeout.InfiniteTimeSpan, false, false).Within();
        _clock.Advance(Second);
        await Ticks(1);
        await Grain.StopTimer().Within();
        Assert.Equal(0, _clock.ArmedCount);
    }

    [Behaviour(Docs.Timers)]
    public async Task A_tick_waits_for_a_running_call()
    {
        await Grain.StartTimer(_key, Second, Second, false, false).Within();
        var held = Grain.Hold(_key + "gate");
        await Gates.UntilNoted(_key + "gate", "holds");
        _clock.Advance(Second);
        Assert.Empty(Gates.Notes(_key));
        Gates.Release(_key + "gate");
        await held.Within();
        await Ticks(1);
    }

    [Behaviour(Docs.Timers)]
    public async Task An_interleaving_tick_does_not_wait()
    {
        await Grain.StartTimer(_key, Second, Second, true, false).Within();
        var held = Grain.Hold(_key + "gate");
        await Gates.UntilNoted(_key + "gate", "holds");
        _clock.Advance(Second);
        await Gates.UntilNoted(_key, "tick");
        Assert.False(held.IsCompleted);
        Gates.Release(_key + "gate");
        await held.Within();
    }

    [Behaviour(Docs.Timers)]
    public async Task An_exception_does_not_stop_a_timer()
    {
        await Grain.StartTimer(_key + "throws", Second, Second, false, false).Within();
        for (var tick = 1; tick <= 2; tick++)
        {
            _clock.Advance(Second);
            await Deadline.Until(() => Gates.Notes(_key + "throws").Count == tick && _clock.ArmedCount == 1, "a tick");
        }
    }

    [Behaviour(Docs.Timers)]
    public async Task A_timer_ends_with_its_activation()
    {
        await Grain.StartTimer(_key, Second, Second, false, false).Within();
        await Grain.End().Within();
        await Deadline.Until(() => _clock.ArmedCount == 0, "no armed timer");
        _clock.Advance(10 * Second);
        Assert.Empty(Gates.Notes(_key));
    }

    [Behaviour(Docs.Timers)]
    public async Task A_disposed_timer_does_not_tick()
    {
        await Grain.StartTimer(_key, Second, Second, false, false).Within();
        await Grain.StopTimer().Within();
        _clock.Advance(10 * Second);
        Assert.Empty(Gates.Notes(_key));
    }

    [Behaviour(Docs.Timers)]
    public async Task A_timer_started_while_its_activation_ends_never_ticks_and_fails_nobody()
    {
        var gate = _key + "gate";
        var call = Grain.EndAndStartTimer(_key, gate, Second);
        await Gates.UntilNoted(gate, "ends");
        Gates.Release(gate);
        await call.Within();
        Assert.Equal(["ends", nameof(ObjectDisposedException)], Gates.Notes(gate));
        Assert.Equal(0, _clock.ArmedCount);
        _clock.Advance(10 * Second);
        await Grain.Stored().Within();
        Assert.Empty(Gates.Notes(_key));
    }

    private async Task Ticks(int count)
    {
        await Deadline.Until(() => Gates.Notes(_key).Count == count, $"{count} ticks");
        await Grain.Stored().Within();
    }
}
