using Engine.Runtime.Orleans.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.Membership;
using Orleans.Serialization;

namespace Engine.Runtime.Orleans.Tests.Cluster;

/// <summary>A silo that cannot prove its membership runs no grain code, and goes on when it can.</summary>
public sealed class SuspensionTests : IAsyncLifetime
{
    private readonly string _key = Guid.NewGuid().ToString("N");
    private readonly StubMembership _membership = new();
    private IHost _host = null!;

    private IPlacedGrain Grain => _host.Services.GetRequiredService<IGrainFactory>().GetGrain<IPlacedGrain>(_key);

    public async Task InitializeAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(siloPort: 0, gatewayPort: 0);
            silo.Services.AddSerializer(static serializer => serializer.AddProtobufSerializer());
            silo.Services.AddSingleton<IClusterMembership>(services =>
            {
                _membership.Show(1, new ClusterMember(
                    services.GetRequiredService<ILocalSiloDetails>().SiloAddress, null, "silo", SiloStatus.Active));
                return _membership;
            });
        });
        _host = builder.Build();
        await _host.StartAsync();
    }

    public async Task DisposeAsync()
    {
        _membership.MayDispatch = true;
        await _host.StopAsync();
        _host.Dispose();
    }

    [Fact]
    public async Task A_call_of_an_active_grain_is_refused_at_once_and_runs_again_afterwards()
    {
        Assert.Equal(1, await Grain.Count().Within());
        _membership.MayDispatch = false;
        var error = await Assert.ThrowsAsync<SiloUnavailableException>(() => Grain.Count().Within());
        Assert.Contains("suspended", error.Message, StringComparison.Ordinal);
        _membership.MayDispatch = true;
        Assert.Equal(2, await Grain.Count().Within());
    }

    [Fact]
    public async Task A_call_of_a_grain_that_is_not_active_is_refused_without_activating_it()
    {
        _membership.MayDispatch = false;
        await Assert.ThrowsAsync<SiloUnavailableException>(() => Grain.Count().Within());
        Assert.False(PlacedGrain.Alive.ContainsKey(_key));
    }

    [Fact]
    public async Task Calls_that_wait_in_line_are_refused_when_their_turn_comes()
    {
        var running = Grain.Wait(_key);
        await Gates.UntilNoted(_key, "begins");
        var waiting = Grain.Count();
        _membership.MayDispatch = false;
        Gates.Release(_key);

        // What was let in while the lease held has seen a state of that time: its answer is as good as if it had come then.
        Assert.Equal(_key, await running.Within());
        await Assert.ThrowsAsync<SiloUnavailableException>(() => waiting.Within());
        _membership.MayDispatch = true;
        Assert.Equal(1, await Grain.Count().Within());
    }

    [Fact]
    public async Task Timers_do_not_tick_meanwhile_and_do_afterwards()
    {
        await Grain.StartTimer(_key, TimeSpan.FromMilliseconds(10)).Within();
        await Gates.UntilNoted(_key, "tick");
        _membership.MayDispatch = false;

        // The tick that is under way may still be noted; whoever comes after it is not.
        await Assert.ThrowsAsync<SiloUnavailableException>(() => Grain.Count().Within());
        var ticks = Gates.Notes(_key).Count;
        await Assert.ThrowsAsync<SiloUnavailableException>(() => Grain.Count().Within());
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        await pause.WaitForNextTickAsync();
        Assert.InRange(Gates.Notes(_key).Count, ticks, ticks + 1);
        ticks = Gates.Notes(_key).Count;
        _membership.MayDispatch = true;
        await Deadline.Until(() => Gates.Notes(_key).Count > ticks + 2, "the timer ticks again");
    }

    [Fact]
    public async Task Grains_that_belong_to_another_silo_end_and_calls_for_them_are_not_run_here()
    {
        var self = _host.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;
        Assert.Equal(self, await Grain.Where().Within());
        var other = SiloAddress.New(System.Net.IPAddress.Loopback, 1, 1);
        _membership.Show(2, new ClusterMember(self, null, "silo", SiloStatus.ShuttingDown), new ClusterMember(other, null, "other", SiloStatus.Active));
        await Deadline.Until(() => PlacedGrain.Alive[_key] == 0, "the grain has ended");

        // Nobody listens there.
        await Assert.ThrowsAsync<OrleansMessageRejectionException>(() => Grain.Where().Within());
        _membership.Show(3, new ClusterMember(self, null, "silo", SiloStatus.Active));
        Assert.Equal(self, await Grain.Where().Within());
    }
}
