using Engine.Runtime.Orleans.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Engine.Runtime.Orleans.Tests.Calls;

[Collection(nameof(CopyingTests))]
public sealed class FailureTests(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    private readonly string _key = Guid.NewGuid().ToString("N");
    private readonly ManualTime _messagingClock = new();

    private ICallGrain Grain => fixture.Grains.GetGrain<ICallGrain>(_key);

    [Behaviour(Docs.Grains)]
    public async Task An_exception_reaches_the_caller_as_the_object_it_is()
    {
        var error = await Assert.ThrowsAsync<OwnException>(() => Grain.ThrowOwn("why").Within());
        Assert.Same(CallGrain.LastThrown, error);
        Assert.Contains(nameof(CallGrain.ThrowOwn), error.StackTrace, StringComparison.Ordinal);
    }

    [Behaviour(Docs.Grains)]
    public async Task An_exception_thrown_before_the_first_await_reaches_the_caller() =>
        Assert.Equal("now", (await Assert.ThrowsAsync<OwnException>(() => Grain.ThrowNow("now").Within())).Message);

    [Behaviour(Docs.Grains)]
    public async Task A_failed_task_reaches_the_caller() =>
        Assert.Equal("later", (await Assert.ThrowsAsync<OwnException>(() => Grain.ThrowLater().Within())).Message);

    [Behaviour(Docs.Grains)]
    public async Task An_exception_passes_through_grains_to_the_first_caller()
    {
        var other = fixture.Grains.GetGrain<ICallGrain>(_key + "/other");
        var error = await Assert.ThrowsAsync<OwnException>(() => Grain.ThrowTo(other.GetGrainId()).Within());
        Assert.Same(CallGrain.LastThrown, error);
    }

    [Behaviour(Docs.Grains)]
    public async Task A_grain_lives_on_after_an_exception()
    {
        var grain = fixture.Grains.GetGrain<Activation.ILifeGrain>(_key);
        var first = await grain.ActivationNumber().Within();
        await Assert.ThrowsAsync<InvalidOperationException>(() => grain.Throw().Within());
        Assert.Equal(first, await grain.ActivationNumber().Within());
    }

    [Behaviour(Docs.Delivery)]
    public async Task A_caller_waits_no_longer_than_the_timeout_and_the_grain_runs_on()
    {
        await using var silo = await ShortSilo();
        var grain = silo.Grains.GetGrain<ICallGrain>(_key);
        var call = grain.SlowByOption(_key, _key + "gate");
        await Gates.UntilNoted(_key + "gate", $"{_key} begins");
        await TimesOut(call);
        Assert.Empty(Gates.Notes(_key));
        Gates.Release(_key + "gate");
        await Gates.UntilNoted(_key, "ran on");
    }

    [Behaviour(Docs.Delivery)]
    public async Task A_method_may_have_a_timeout_of_its_own()
    {
        var error = await Assert.ThrowsAsync<TimeoutException>(() => Grain.Slow(_key + "gate").Within());
        Assert.Contains("00:00:00.5", error.Message, StringComparison.Ordinal);
        Gates.Release(_key + "gate");
    }

    [Behaviour(Docs.Delivery)]
    public async Task A_call_that_expired_while_it_waited_does_not_run()
    {
        await using var silo = await ShortSilo();
        var grain = silo.Grains.GetGrain<ICallGrain>(_key);
        var first = grain.SlowByOption(_key + "first", _key + "gate");
        await Gates.UntilNoted(_key + "gate", $"{_key}first begins");
        var second = grain.SlowByOption(_key + "second", _key + "gate");
        await TimesOut(first);
        await TimesOut(second);
        Gates.Release(_key + "gate");
        Assert.Equal(_key, await grain.Wait2(_key).Within());
        Assert.Equal(["ran on"], Gates.Notes(_key + "first"));
        Assert.Empty(Gates.Notes(_key + "second"));
    }

    [Behaviour(Docs.Cancellation)]
    public async Task A_timeout_cancels_the_token_of_the_call()
    {
        await using var silo = await ShortSilo();
        var call = silo.Grains.GetGrain<ICallGrain>(_key).SlowCancellable(_key, CancellationToken.None);
        await Gates.UntilNoted(_key, "begins");
        await TimesOut(call);
        await Gates.UntilNoted(_key, "cancelled");
    }

    [Behaviour(Docs.Delivery)]
    public async Task Calls_that_nobody_may_wait_for_any_more_are_refused()
    {
        await using var silo = await TestSilo.Start(static builder => builder.Configure<SiloMessagingOptions>(
            static options => options.MaxEnqueuedRequestsHardLimit = 2));
        var grain = silo.Grains.GetGrain<ICallGrain>(_key);
        var held = grain.Wait(_key);
        await Gates.UntilNoted(_key, "begins");
        var waiting = new[] { grain.Wait(_key), grain.Wait(_key) };
        await Assert.ThrowsAsync<global::Orleans.Runtime.LimitExceededException>(() => grain.Wait(_key).Within());
        Gates.Release(_key);
        await Task.WhenAll([held, .. waiting]).Within();
    }

    [Behaviour(Docs.Cancellation)]
    public async Task A_cancelled_token_never_sends()
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Grain.WaitForCancellation(_key, source.Token).Within());
        await Grain.NoToken().Within();
        Assert.Empty(Gates.Notes(_key));
    }

    [Behaviour(Docs.Cancellation)]
    public async Task Cancelling_reaches_the_grain_and_the_caller()
    {
        using var source = new CancellationTokenSource();
        var call = Grain.WaitForCancellation(_key, source.Token);
        await Gates.UntilNoted(_key, "begins");
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Within());
        await Gates.UntilNoted(_key, "cancelled");
    }

    [Behaviour(Docs.Cancellation)]
    public async Task What_a_grain_registered_with_its_token_runs_in_its_turn()
    {
        using var source = new CancellationTokenSource();
        var call = Grain.CancelRunsInTurn(_key, source.Token);
        await Gates.UntilNoted(_key, "begins");
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Within());
        await Gates.UntilNoted(_key, "in turn");
    }

    [Behaviour(Docs.Cancellation)]
    public async Task A_call_cancelled_while_it_waits_does_not_run()
    {
        using var source = new CancellationTokenSource();
        var held = Grain.Wait(_key);
        await Gates.UntilNoted(_key, "begins");
        var waiting = Grain.WaitForCancellation(_key + "second", source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.Within());
        Gates.Release(_key);
        await held.Within();
        Assert.False(await Grain.NoToken().Within());
        Assert.Empty(Gates.Notes(_key + "second"));
    }

    [Behaviour(Docs.Cancellation)]
    public async Task A_token_may_be_left_out() => Assert.False(await Grain.NoToken().Within());

    /// <summary>Its calls are timed by a clock that stands: none times out before the test says so.</summary>
    private Task<TestSilo> ShortSilo() => TestSilo.Start(builder =>
    {
        builder.Services.AddKeyedSingleton<TimeProvider>(global::Orleans.Runtime.TimeProviderNames.Messaging, _messagingClock);
        builder.Configure<SiloMessagingOptions>(static options => options.ResponseTimeout = TimeSpan.FromMilliseconds(600));
    });

    private async Task TimesOut(Task call)
    {
        await Deadline.Until(
            () =>
            {
                _messagingClock.Advance(TimeSpan.FromSeconds(1));
                return call.IsCompleted;
            },
            "the call times out");
        await Assert.ThrowsAsync<TimeoutException>(() => call);
    }
}

internal static class CallGrainExtensions
{
    /// <summary>A call through an open gate.</summary>
    public static Task<string> Wait2(this ICallGrain grain, string gate)
    {
        Gates.Release(gate);
        return grain.Wait(gate);
    }
}
