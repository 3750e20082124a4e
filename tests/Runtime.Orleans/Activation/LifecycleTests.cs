using Engine.Runtime.Orleans.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime.Activations;

namespace Engine.Runtime.Orleans.Tests.Activation;

public sealed class LifecycleTests(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    private readonly string _key = Guid.NewGuid().ToString("N");

    [Behaviour(Docs.Lifecycle)]
    public async Task A_grain_is_activated_before_its_first_call()
    {
        await Grain(_key).ActivationNumber().Within();
        Assert.Equal(["activating", "active"], Gates.Notes(_key));
    }

    [Behaviour(Docs.Lifecycle)]
    public async Task Making_a_reference_activates_nothing()
    {
        Assert.NotNull(Grain(_key));
        await Grain(_key + "other").ActivationNumber().Within();
        Assert.Empty(Gates.Notes(_key));
    }

    [Behaviour(Docs.Lifecycle)]
    public async Task Calls_wait_for_the_activation_and_share_it()
    {
        var key = "slow" + _key;
        var calls = Enumerable.Range(0, 20).Select(_ => Task.Run(() => Grain(key).ActivationNumber())).ToList();
        await Gates.UntilNoted(key, "activating");
        Assert.DoesNotContain(calls, static call => call.IsCompleted);
        Gates.Release(key + "/activate");
        Assert.Single((await Task.WhenAll(calls).Within()).Distinct());
    }

    [Behaviour(Docs.Lifecycle)]
    public async Task An_interleaving_call_waits_for_the_activation_too()
    {
        var key = "slow" + _key;
        var call = Grain(key).Peek();
        await Gates.UntilNoted(key, "activating");
        Assert.False(call.IsCompleted);
        Gates.Release(key + "/activate");
        await call.Within();
    }

    [Behaviour(Docs.Lifecycle)]
    public async Task A_failed_activation_fails_its_callers_and_the_next_call_tries_again()
    {
        var key = "fails once" + _key;
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Grain(key).ActivationNumber().Within());
        Assert.Equal("not yet", error.Message);
        await Grain(key).ActivationNumber().Within();
    }

    [Behaviour(Docs.Lifecycle)]
    public async Task A_service_that_is_not_registered_fails_the_first_call()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            fixture.Grains.GetGrain<INeedyGrain>(_key).Call().Within());
        Assert.Contains(nameof(IFormatProvider), error.Message, StringComparison.Ordinal);
    }

    [Behaviour(Docs.Lifecycle)]
    public async Task A_grain_that_asks_for_it_ends_after_its_running_call()
    {
        var grain = Grain(_key);
        var first = await grain.ActivationNumber().Within();
        var call = grain.DeactivateAndWait(_key + "gate");
        await Gates.UntilNoted(_key, "asked to end");
        Assert.DoesNotContain("ends ApplicationRequested", Gates.Notes(_key));
        Gates.Release(_key + "gate");
        await call.Within();
        Assert.NotEqual(first, await grain.ActivationNumber().Within());
        Assert.Equal(
            ["activating", "active", "asked to end", "call ends", "ends ApplicationRequested", "ended", "disposed", "activating", "active"],
            Gates.Notes(_key));
    }

    [Behaviour(Docs.Lifecycle)]
    public async Task Calls_that_arrive_while_a_grain_ends_go_to_a_new_activation()
    {
        var key = "holds" + _key;
        var grain = Grain(key);
        var first = await grain.ActivationNumber().Within();
        await grain.DeactivateNow().Within();
        await Gates.UntilNoted(key, "ends ApplicationRequested");
        var calls = Enumerable.Range(0, 10).Select(_ => grain.ActivationNumber()).ToList();
        Gates.Release(key + "/deactivate");
        var numbers = (await Task.WhenAll(calls).Within()).Distinct().ToList();
        Assert.NotEqual(first, Assert.Single(numbers));
    }

    [Behaviour(Docs.Lifecycle)]
    public async Task Calls_that_wait_behind_a_call_that_ends_the_grain_go_to_a_new_activation()
    {
        var grain = Grain(_key);
        var first = grain.DeactivateAndWait(_key + "gate");
        await Gates.UntilNoted(_key, "asked to end");
        var number = grain.ActivationNumber();
        Gates.Release(_key + "gate");
        await Task.WhenAll(first, number).Within();
        Assert.Equal(2, Gates.Notes(_key).Count(static note => note == "activating"));
    }

    /// <summary>Only here; the official runtime would wait for it.</summary>
    [Fact]
    public async Task A_call_that_only_reads_is_told_to_end_when_its_grain_ends()
    {
        var grain = Grain(_key);
        var first = await grain.ActivationNumber().Within();
        using var never = new CancellationTokenSource();
        var reading = grain.ReadUntilCancelled(never.Token);
        await Gates.UntilNoted(_key, "reads");

        await grain.EndFromBeside().Within();

        Assert.True(await reading.Within());
        Assert.NotEqual(first, await grain.ActivationNumber().Within());
    }

    [Behaviour(Docs.Lifecycle)]
    public async Task An_exception_of_OnDeactivateAsync_ends_the_grain_all_the_same()
    {
        var key = "bad end" + _key;
        var grain = Grain(key);
        var first = await grain.ActivationNumber().Within();
        await grain.DeactivateNow().Within();
        Assert.NotEqual(first, await grain.ActivationNumber().Within());
    }

    [Behaviour(Docs.Lifecycle)]
    public async Task A_grain_need_not_derive_from_the_base_class() =>
        Assert.Equal($"{_key} True", await fixture.Grains.GetGrain<IPlainGrain>(_key).Key().Within());

    [Behaviour(Docs.SiloLifecycle)]
    public async Task A_silo_that_stops_ends_its_grains()
    {
        var silo = await TestSilo.Start();
        await silo.Grains.GetGrain<ILifeGrain>(_key).ActivationNumber().Within();
        await silo.DisposeAsync();
        Assert.Equal(["activating", "active", "ends ShuttingDown", "ended", "disposed"], Gates.Notes(_key));
    }

    [Behaviour(Docs.SiloLifecycle)]
    public async Task A_silo_that_has_stopped_refuses_calls()
    {
        var silo = await TestSilo.Start();
        var grain = silo.Grains.GetGrain<ILifeGrain>(_key);
        await silo.Services.GetRequiredService<Microsoft.Extensions.Hosting.IHost>().StopAsync();
        await Assert.ThrowsAsync<global::Orleans.Runtime.SiloUnavailableException>(() => grain.ActivationNumber().Within());
        await silo.DisposeAsync();
    }

    [Behaviour(Docs.Lifecycle)]
    public async Task Races_of_calls_and_ends_lose_no_call()
    {
        var grain = Grain(_key);
        var workers = Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            for (var call = 0; call < 200; call++)
            {
                if (call % 10 == worker)
                    await grain.DeactivateNow();
                else
                    await grain.ActivationNumber();
            }
        }));
        await Task.WhenAll(workers).Within();
        var directory = fixture.Silo.Services.GetRequiredService<ActivationDirectory>();
        await Deadline.Until(() => directory.Count(activation => activation.GrainId == grain.GetGrainId()) <= 1, "one activation");
    }

    private ILifeGrain Grain(string key) =>
        fixture.Grains.GetGrain<ILifeGrain>(key, typeof(LifeGrain).FullName);
}
