using Engine.Runtime.Orleans.Tests.Support;
using Google.Protobuf.WellKnownTypes;
using Orleans.Runtime;
using Orleans.TestingHost;

namespace Engine.Runtime.Orleans.Tests.Cluster;

public sealed class CrossSiloCallTests : IAsyncLifetime
{
    private readonly string _log = Guid.NewGuid().ToString("N");
    private InProcessTestCluster _cluster = null!;
    private InProcessSiloHandle _here = null!;
    private IPlacedGrain _there = null!;

    public async Task InitializeAsync()
    {
        _cluster = await Clusters.Start(2);
        _here = _cluster.Silos[0];
        _there = _cluster.GrainAt(_cluster.Silos[1], _here.Grains());
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Behaviour(Docs.Grains)]
    public async Task A_grain_of_another_silo_is_called_like_any_other()
    {
        Assert.Equal(_cluster.Silos[1].SiloAddress, await _there.Where().Within());
        Assert.Equal(5, await _there.Add(2, 3).AsTask().Within());
        Assert.Equal("x", (await _there.Echo(new StringValue { Value = "x" }).Within()).Value);
        Assert.Equal(1, await _there.Count().Within());
        Assert.Equal(2, await _there.Count().Within());
        Assert.Equal(3, await _cluster.Client.GetGrain<IPlacedGrain>(_there.GetPrimaryKeyString()).Count().Within());
    }

    [Behaviour(Docs.OneWay)]
    public async Task A_one_way_call_reaches_another_silo()
    {
        await _there.Note(_log, "arrived").Within();
        await Gates.UntilNoted(_log, "arrived");
    }

    [Behaviour(Docs.Serialization)]
    public async Task An_exception_crosses_silos_with_its_cause()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => _there.Throw("why").Within());
        Assert.Equal("why", error.Message);
        Assert.IsType<TimeoutException>(error.InnerException);
    }

    [Behaviour(Docs.Cancellation)]
    public async Task Cancelling_reaches_another_silo()
    {
        using var cancellation = new CancellationTokenSource();
        var call = _there.Cancellable(_log, cancellation.Token);
        await Gates.UntilNoted(_log, "begins");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Within());
        await Gates.UntilNoted(_log, "cancelled");
    }

    [Behaviour(Docs.Delivery)]
    public async Task A_call_that_takes_too_long_fails_with_a_timeout()
    {
        await Assert.ThrowsAsync<TimeoutException>(() => _there.Slow(_log).Within());
        Gates.Release(_log);
        Assert.Equal(1, await _there.Count().Within());
    }

    [Behaviour(Docs.RequestContext)]
    public async Task The_request_context_flows_to_another_silo()
    {
        RequestContext.Set("key", "value");
        Assert.Equal("value", await _there.Context("key").Within());
        RequestContext.Clear();
        Assert.Null(await _there.Context("key").Within());
    }

    [Behaviour(Docs.Grains)]
    public async Task A_sequence_is_read_from_another_silo()
    {
        var numbers = new List<int>();
        await foreach (var number in _there.Numbers(1_234))
            numbers.Add(number);
        Assert.Equal(Enumerable.Range(0, 1_234), numbers);
    }

    [Behaviour(Docs.Observers)]
    public async Task An_object_of_one_silo_hears_a_grain_of_another()
    {
        var listener = new Listener();
        var reference = _here.Grains().CreateObjectReference<IListener>(listener);
        await _there.Tell(reference, "from afar").Within();
        Assert.Equal("from afar", Assert.Single(listener.Heard));
        Assert.Equal("answer to you", await _there.Ask(reference, "you").Within());
        GC.KeepAlive(listener);
    }

    [Behaviour(Docs.Observers)]
    public async Task An_object_of_a_client_hears_every_silo()
    {
        var listener = new Listener();
        var reference = _cluster.Client.CreateObjectReference<IListener>(listener);
        foreach (var silo in _cluster.Silos)
            Assert.Equal("answer to it", await _cluster.GrainAt(silo, _cluster.Client).Ask(reference, "it").Within());
        GC.KeepAlive(listener);
    }

    [Behaviour(Docs.Scheduling)]
    public async Task A_call_chain_may_come_back_across_silos()
    {
        var near = _cluster.GrainAt(_here, _here.Grains());
        Assert.Equal(near.GetPrimaryKeyString(), await near.RoundTrip(_there).Within());
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(20_000_000)]
    public async Task A_big_message_crosses_silos(int length)
    {
        var text = new string('x', length);
        Assert.Equal(text, (await _there.Echo(new StringValue { Value = text }).Within()).Value);
    }

    [Fact]
    public async Task A_message_that_is_too_big_fails_its_call_only()
    {
        var big = new StringValue { Value = new string('x', 101 * 1024 * 1024) };
        await Assert.ThrowsAsync<OrleansMessageRejectionException>(() => _there.Echo(big).Within());
        Assert.Equal(1, await _there.Count().Within());
    }

    [Fact]
    public async Task Many_calls_at_once_all_get_their_own_answer()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20_000).Select(number => _there.Add(number, 1).AsTask())).Within();
        Assert.Equal(Enumerable.Range(1, 20_000), answers);
    }

    [Fact]
    public async Task Grains_are_spread_evenly()
    {
        var places = await Task.WhenAll(Enumerable.Range(0, 1_000)
            .Select(number => _here.Grains().GetGrain<IPlacedGrain>($"{_log}{number}").Where())).Within();
        Assert.All(_cluster.Silos, silo => Assert.InRange(places.Count(silo.SiloAddress.Equals), 350, 650));
    }
}
