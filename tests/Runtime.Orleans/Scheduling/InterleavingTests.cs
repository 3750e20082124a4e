using Engine.Runtime.Orleans.Tests.Support;

namespace Engine.Runtime.Orleans.Tests.Scheduling;

public sealed class InterleavingTests(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    private const string Namespace = "Engine.Runtime.Orleans.Tests.Scheduling.";
    private readonly string _key = Guid.NewGuid().ToString("N");

    [Behaviour(Docs.Scheduling)]
    public async Task A_call_waits_until_the_one_before_has_ended()
    {
        var grain = Plain();
        var first = grain.Write("first waits");
        await Gates.UntilNoted(_key, "first waits begins");
        var second = grain.Write("second");
        Gates.Release($"{_key}/first waits");
        await Task.WhenAll(first, second).Within();
        Assert.Equal(["first waits begins", "first waits ends", "second begins", "second ends"], Gates.Notes(_key));
    }

    [Behaviour(Docs.Scheduling)]
    public async Task Calls_that_wait_run_in_the_order_of_their_arrival()
    {
        var grain = Plain();
        var calls = new List<Task> { grain.Write("0 waits") };
        await Gates.UntilNoted(_key, "0 waits begins");
        calls.AddRange(Enumerable.Range(1, 20).Select(number => grain.Write($"{number}")));
        Gates.Release($"{_key}/0 waits");
        await Task.WhenAll(calls).Within();
        Assert.Equal(
            Enumerable.Range(1, 20).Select(number => $"{number} begins"),
            Gates.Notes(_key).Where(static note => note.EndsWith("begins", StringComparison.Ordinal)).Skip(1));
    }

    [Behaviour(Docs.Scheduling)]
    public async Task Calls_of_a_reentrant_grain_interleave_at_awaits()
    {
        var grain = Grain<ReentrantGateGrain>();
        var first = grain.Write("first waits");
        await Gates.UntilNoted(_key, "first waits begins");
        await grain.Write("second").Within();
        Assert.False(first.IsCompleted);
        Gates.Release($"{_key}/first waits");
        await first.Within();
    }

    [Behaviour(Docs.Scheduling)]
    public async Task A_reentrant_grain_is_single_threaded()
    {
        var grain = Grain<ReentrantGateGrain>();
        var seen = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => grain.ConcurrentMax(100)))).Within();
        Assert.All(seen, static value => Assert.Equal(1, value));
    }

    [Behaviour(Docs.Scheduling)]
    public async Task An_always_interleaving_call_never_waits()
    {
        var grain = Plain();
        var first = grain.Write("first waits");
        await Gates.UntilNoted(_key, "first waits begins");
        await grain.Interleave("second").Within();
        Assert.False(first.IsCompleted);
        Gates.Release($"{_key}/first waits");
        await first.Within();
    }

    [Behaviour(Docs.Scheduling)]
    public async Task Another_call_does_not_wait_for_an_always_interleaving_one()
    {
        var grain = Plain();
        var first = grain.Interleave("first waits");
        await Gates.UntilNoted(_key, "first waits begins");
        await grain.Write("second").Within();
        Gates.Release($"{_key}/first waits");
        await first.Within();
    }

    [Behaviour(Docs.Scheduling)]
    public async Task Read_only_calls_interleave_with_each_other()
    {
        var grain = Plain();
        var first = grain.Read("first waits");
        await Gates.UntilNoted(_key, "first waits begins");
        await grain.Read("second").Within();
        Gates.Release($"{_key}/first waits");
        await first.Within();
    }

    [Behaviour(Docs.Scheduling)]
    public async Task A_read_only_call_waits_for_one_that_is_not()
    {
        var grain = Plain();
        var first = grain.Write("first waits");
        await Gates.UntilNoted(_key, "first waits begins");
        var second = grain.Read("second");
        await grain.Interleave("marker").Within();
        Assert.DoesNotContain("second begins", Gates.Notes(_key));
        Gates.Release($"{_key}/first waits");
        await Task.WhenAll(first, second).Within();
    }

    [Behaviour(Docs.Scheduling)]
    public async Task A_call_waits_for_read_only_ones()
    {
        var grain = Plain();
        var first = grain.Read("first waits");
        await Gates.UntilNoted(_key, "first waits begins");
        var second = grain.Write("second");
        await grain.Interleave("marker").Within();
        Assert.DoesNotContain("second begins", Gates.Notes(_key));
        Gates.Release($"{_key}/first waits");
        await Task.WhenAll(first, second).Within();
    }

    [Behaviour(Docs.Scheduling)]
    public async Task A_predicate_decides_which_calls_interleave()
    {
        var grain = Grain<DecidingGateGrain>();
        var first = grain.Write("first waits");
        await Gates.UntilNoted(_key, "first waits begins");
        var other = grain.Write("other");
        await grain.Write("chosen").Within();
        Assert.DoesNotContain("other begins", Gates.Notes(_key));
        Gates.Release($"{_key}/first waits");
        await Task.WhenAll(first, other).Within();
    }

    [Behaviour(Docs.Scheduling)]
    public async Task A_call_chain_that_comes_back_is_let_in_where_that_is_allowed()
    {
        Assert.Equal("pong", await Plain().CallBack(_key + "/other", "allow").Within());
    }

    [Behaviour(Docs.Scheduling)]
    public async Task A_call_chain_that_comes_back_to_a_reentrant_grain_is_let_in()
    {
        Assert.Equal("pong", await Grain<ReentrantGateGrain>().CallBack(_key + "/other", "plain").Within());
    }

    [Behaviour(Docs.Scheduling)]
    public async Task A_call_chain_that_comes_back_deadlocks_until_its_timeout()
    {
        await using var silo = await TestSilo.Start(static builder =>
            global::Orleans.Hosting.SiloBuilderExtensions.Configure<global::Orleans.Configuration.SiloMessagingOptions>(
                builder, static options => options.ResponseTimeout = TimeSpan.FromSeconds(1)));
        var grain = silo.Grains.GetGrain<IGateGrain>(_key, typeof(GateGrain).FullName);
        await Assert.ThrowsAsync<TimeoutException>(() => grain.CallBack(_key + "/other", "plain").Within());
    }

    [Behaviour(Docs.Scheduling)]
    public async Task An_open_call_chain_does_not_let_other_calls_in()
    {
        var other = _key + "/other";
        var asker = Plain();
        var held = fixture.Grains.GetGrain<IGateGrain>(other, typeof(GateGrain).FullName);
        var hold = held.Write("hold waits");
        await Gates.UntilNoted(other, "hold waits begins");
        var chain = asker.CallBack(other, "allow");
        var stranger = asker.Write("stranger");
        await asker.Interleave("marker").Within();
        Assert.DoesNotContain("stranger begins", Gates.Notes(_key));
        Gates.Release($"{other}/hold waits");
        Assert.Equal("pong", await chain.Within());
        await Task.WhenAll(hold, stranger).Within();
    }

    [Behaviour(Docs.OneWay)]
    public async Task A_one_way_call_does_not_wait()
    {
        var grain = Plain();
        await grain.Nudge("nudge waits").Within();
        await Gates.UntilNoted(_key, "nudge waits begins");
        Gates.Release($"{_key}/nudge waits");
        await Gates.UntilNoted(_key, "nudge waits ends");
    }

    [Behaviour(Docs.OneWay)]
    public async Task An_exception_of_a_one_way_call_reaches_nobody()
    {
        var grain = Plain();
        await grain.Nudge("nudge throws").Within();
        await Gates.UntilNoted(_key, "nudge throws begins");
        Assert.Equal("pong", await grain.Ping().Within());
    }

    private IGateGrain Plain() => Grain<GateGrain>();

    private IGateGrain Grain<TGrain>() => fixture.Grains.GetGrain<IGateGrain>(_key, Namespace + typeof(TGrain).Name);
}
