using Engine.Runtime.Orleans.Tests.Scheduling;
using Engine.Runtime.Orleans.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.Activations;

namespace Engine.Runtime.Orleans.Tests.Activation;

/// <summary>What ends when memory is short, and what does not.</summary>
public sealed class PressureTests
{
    private const string Shed = "ends HighMemoryPressure";
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private readonly string _key = Guid.NewGuid().ToString("N");
    private readonly ManualTime _clock = new();
    private readonly FakeMemory _memory = new();

    [Behaviour(Docs.Collection)]
    public async Task Short_memory_ends_idle_grains_long_before_their_age()
    {
        await using var silo = await Start();
        await Use(silo, 20);

        _memory.Percent = 95;
        _clock.Advance(Period);

        await Deadline.Until(() => EndedOf(20) > 0, "some end after five seconds, at an age limit of a quarter of an hour");
    }

    [Behaviour(Docs.Collection)]
    public async Task Grains_that_are_busy_or_are_to_stay_do_not_end_for_short_memory()
    {
        await using var silo = await Start();
        var busyKey = _key + "/busy";
        var busy = silo.Grains.GetGrain<IGateGrain>(busyKey, typeof(GateGrain).FullName);
        var call = busy.Write("call waits");
        await Gates.UntilNoted(busyKey, "call waits begins");
        var always = silo.Grains.GetGrain<IAlwaysLifeGrain>(_key + "/always");
        var alwaysNumber = await always.ActivationNumber().Within();
        var delayed = Life(silo, "/delayed");
        await delayed.Delay(TimeSpan.FromHours(1)).Within();
        var delayedNumber = await delayed.ActivationNumber().Within();
        await Use(silo, 20);

        _memory.Percent = 100;
        for (var period = 0; period < 100 && EndedOf(20) < 20; period++)
        {
            _clock.Advance(Period);
            await Task.Yield();
        }

        await Deadline.Until(() => EndedOf(20) == 20, "all idle grains end while memory stays short");
        _clock.Advance(Period);
        Assert.Equal(alwaysNumber, await always.ActivationNumber().Within());
        Assert.Equal(delayedNumber, await delayed.ActivationNumber().Within());
        Gates.Release($"{busyKey}/call waits");
        await call.Within();
        Assert.Equal(["call waits begins", "call waits ends"], Gates.Notes(busyKey));
    }

    [Behaviour(Docs.Collection)]
    public async Task Grains_stop_ending_when_memory_falls()
    {
        await using var silo = await Start();
        await Use(silo, 40);
        _memory.Percent = 90;
        _clock.Advance(Period);
        await Deadline.Until(() => EndedOf(40) > 0, "some end");

        // Below the limit, although not yet at the target.
        _memory.Percent = 79;
        await Use(silo, 40);
        var ended = EndedOf(40);
        for (var period = 0; period < 20; period++)
            _clock.Advance(Period);
        await Use(silo, 40);

        Assert.Equal(ended, EndedOf(40));
        Assert.InRange(ended, 1, 20);
    }

    [Behaviour(Docs.Collection)]
    public async Task Short_memory_ends_nothing_unless_asked_for()
    {
        await using var silo = await Start(static options => options.EnableActivationSheddingOnMemoryPressure = false);
        await Use(silo, 10);
        _memory.Percent = 100;
        for (var period = 0; period < 20; period++)
            _clock.Advance(Period);
        await Use(silo, 10);
        Assert.Equal(0, EndedOf(10));
    }

    [Behaviour(Docs.Collection)]
    public async Task A_silo_survives_many_more_grains_than_fit_into_its_heap()
    {
        var (exitCode, output) = await PressureChild.RunAsync(sheds: true);
        Assert.True(exitCode == 0, output);
        // 4,000 grains of 64 KiB are 250 MiB; the heap is limited to 64.
        Assert.Contains("4000 grains answered", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_shedding_it_does_not()
    {
        var (exitCode, output) = await PressureChild.RunAsync(sheds: false);
        Assert.False(exitCode == 0, output);
        Assert.DoesNotContain("4000 grains answered", output, StringComparison.Ordinal);
    }

    private ILifeGrain Life(TestSilo silo, string name) => silo.Grains.GetGrain<ILifeGrain>(_key + name, typeof(LifeGrain).FullName);

    private Task<int[]> Use(TestSilo silo, int count) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(number => Life(silo, $"/{number}").ActivationNumber())).Within();

    private int EndedOf(int count) =>
        Enumerable.Range(0, count).Sum(number => Gates.Notes($"{_key}/{number}").Count(static note => note == Shed));

    private Task<TestSilo> Start(Action<GrainCollectionOptions>? configure = null) => TestSilo.Start(silo =>
    {
        silo.Services.AddKeyedSingleton<TimeProvider>(TimeProviderNames.ActivationManagement, _clock);
        silo.Services.AddSingleton<IMemoryUse>(_memory);
        silo.Configure<GrainCollectionOptions>(options =>
        {
            options.EnableActivationSheddingOnMemoryPressure = true;
            options.MemoryUsagePollingPeriod = Period;
            configure?.Invoke(options);
        });
    });

    private sealed class FakeMemory : IMemoryUse
    {
        public double Percent { get; set; } = 10;
    }
}
