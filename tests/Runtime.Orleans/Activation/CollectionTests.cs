using Engine.Runtime.Orleans.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.Activations;

namespace Engine.Runtime.Orleans.Tests.Activation;

public sealed class CollectionTests
{
    private readonly string _key = Guid.NewGuid().ToString("N");
    private readonly ManualTime _clock = new();
    private readonly FakeMemory _memory = new();

    [Behaviour(Docs.Collection)]
    public async Task An_idle_grain_ends_after_the_collection_age()
    {
        await using var silo = await Start();
        await Plain(silo).ActivationNumber().Within();
        Pass(14);
        Assert.DoesNotContain("ends ActivationIdle", Gates.Notes(_key));
        Pass(3);
        await Gates.UntilNoted(_key, "ends ActivationIdle");
    }

    [Behaviour(Docs.Collection)]
    public async Task A_grain_that_is_called_stays()
    {
        await using var silo = await Start();
        for (var step = 0; step < 6; step++)
        {
            await Plain(silo).ActivationNumber().Within();
            Pass(10);
        }

        Assert.Equal(["activating", "active"], Gates.Notes(_key));
    }

    [Behaviour(Docs.Collection)]
    public async Task An_attribute_beats_the_options()
    {
        await using var silo = await Start();
        await silo.Grains.GetGrain<IShortLifeGrain>(_key).ActivationNumber().Within();
        Pass(4);
        await Gates.UntilNoted(_key, "ends ActivationIdle");
    }

    [Behaviour(Docs.Collection)]
    public async Task A_class_may_have_an_age_of_its_own_in_the_options()
    {
        await using var silo = await Start(static options =>
            options.ClassSpecificCollectionAge[typeof(ListedLifeGrain).FullName!] = TimeSpan.FromMinutes(3));
        await silo.Grains.GetGrain<IListedLifeGrain>(_key).ActivationNumber().Within();
        Pass(5);
        await Gates.UntilNoted(_key, "ends ActivationIdle");
    }

    [Behaviour(Docs.Collection)]
    public async Task A_grain_marked_as_always_active_stays()
    {
        await using var silo = await Start();
        await silo.Grains.GetGrain<IAlwaysLifeGrain>(_key).ActivationNumber().Within();
        Pass(100);
        Assert.Equal(["activating", "active"], Gates.Notes(_key));
    }

    [Behaviour(Docs.Collection)]
    public async Task Delaying_deactivation_keeps_a_grain_for_so_long()
    {
        await using var silo = await Start();
        await Plain(silo).Delay(TimeSpan.FromMinutes(60)).Within();
        Pass(50);
        Assert.Equal(["activating", "active"], Gates.Notes(_key));
        Pass(15);
        await Gates.UntilNoted(_key, "ends ActivationIdle");
    }

    [Behaviour(Docs.Collection)]
    public async Task Asking_to_end_beats_delaying_it()
    {
        await using var silo = await Start();
        await Plain(silo).Delay(TimeSpan.FromMinutes(60)).Within();
        await Plain(silo).DeactivateNow().Within();
        await Gates.UntilNoted(_key, "ends ApplicationRequested");
    }

    [Behaviour(Docs.Collection)]
    public async Task The_age_must_exceed_the_quantum() =>
        await Assert.ThrowsAsync<OrleansConfigurationException>(() => Start(static options => options.CollectionAge = options.CollectionQuantum));

    [Behaviour(Docs.Collection)]
    public async Task Short_memory_ends_the_grains_idle_longest()
    {
        await using var silo = await Start(static options =>
        {
            options.EnableActivationSheddingOnMemoryPressure = true;
            options.MemoryUsagePollingPeriod = TimeSpan.FromSeconds(30);
        });
        for (var number = 0; number < 10; number++)
        {
            await silo.Grains.GetGrain<ILifeGrain>($"{_key}{number}", typeof(LifeGrain).FullName).ActivationNumber().Within();
            Pass(1);
        }

        _memory.Percent = 100;
        _clock.Advance(TimeSpan.FromSeconds(30));
        _memory.Percent = 10;

        // A quarter of the memory is too much, so about a quarter of the activations ends.
        await Gates.UntilNoted(_key + "0", "ends HighMemoryPressure");
        Assert.DoesNotContain("ends HighMemoryPressure", Gates.Notes(_key + "9"));
        Pass(1);
        Assert.InRange(Enumerable.Range(0, 10).Count(number => Gates.Notes($"{_key}{number}").Contains("ends HighMemoryPressure")), 2, 4);
    }

    [Behaviour(Docs.Management)]
    public async Task Collection_can_be_forced()
    {
        await using var silo = await Start();
        await Plain(silo).ActivationNumber().Within();
        await silo.Grains.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero).Within();
        await Gates.UntilNoted(_key, "ends ActivationIdle");
    }

    private ILifeGrain Plain(TestSilo silo) => silo.Grains.GetGrain<ILifeGrain>(_key, typeof(LifeGrain).FullName);

    private void Pass(int minutes)
    {
        for (var minute = 0; minute < minutes; minute++)
            _clock.Advance(TimeSpan.FromMinutes(1));
    }

    private Task<TestSilo> Start(Action<GrainCollectionOptions>? configure = null) => TestSilo.Start(silo =>
    {
        silo.Services.AddKeyedSingleton<TimeProvider>(TimeProviderNames.ActivationManagement, _clock);
        silo.Services.AddSingleton<IMemoryUse>(_memory);
        silo.Configure<GrainCollectionOptions>(options => configure?.Invoke(options));
    });

    private sealed class FakeMemory : IMemoryUse
    {
        public double Percent { get; set; } = 10;
    }
}
