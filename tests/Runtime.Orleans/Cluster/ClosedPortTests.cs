using System.Net;
using System.Net.Sockets;
using Engine.Runtime.Orleans.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.Cluster;
using Orleans.Runtime.Membership;
using Orleans.Serialization;

namespace Engine.Runtime.Orleans.Tests.Cluster;

/// <summary>A member whose process is gone: its port refuses, and the membership has not taken it out yet.</summary>
public sealed class ClosedPortTests : IAsyncLifetime, IDisposable
{
    private readonly StubMembership _membership = new();
    private readonly Socket _port = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private IHost _host = null!;
    private ClusterMember _self = null!;
    private ClusterMember _dead = null!;

    public async Task InitializeAsync()
    {
        // Taken, so that nobody else gets it, and closed, since nobody listens.
        _port.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _dead = MemberAt(_port);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(siloPort: 0, gatewayPort: 0);
            silo.Services.AddSerializer(static serializer => serializer.AddProtobufSerializer());
            silo.Services.AddSingleton<IClusterMembership>(services =>
            {
                _self = new ClusterMember(services.GetRequiredService<ILocalSiloDetails>().SiloAddress, null, "silo", SiloStatus.Active);
                _membership.Show(1, _self);
                return _membership;
            });
        });
        _host = builder.Build();
        await _host.StartAsync();
        _membership.Show(2, _self, _dead);
    }

    public async Task DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    public void Dispose() => _port.Dispose();

    [Fact]
    public async Task Calls_wait_for_the_view_without_it_and_run_elsewhere()
    {
        var calls = Enumerable.Range(0, 5).Select(_ => GrainOf(_dead.Silo).Count()).ToList();
        await Deadline.Until(() => _membership.Refusals.Contains(_dead.Silo), "the membership is told");
        // Also when it is known already that nobody listens.
        calls.Add(GrainOf(_dead.Silo).Count());
        Assert.All(calls, static call => Assert.False(call.IsCompleted));

        _membership.Show(3, _self);

        Assert.All(await Task.WhenAll(calls).Within(), static count => Assert.Equal(1, count));
    }

    [Fact]
    public async Task Calls_go_to_its_successor_at_the_same_port_or_wait_on()
    {
        var call = GrainOf(_dead.Silo).Count();
        await Deadline.Until(() => _membership.Refusals.Contains(_dead.Silo), "the membership is told");

        // Another change of the cluster does not bring it back to life.
        _membership.Show(3, _self with { Name = "renamed" }, _dead);
        Assert.False(call.IsCompleted);
        _membership.Show(4, _self);

        Assert.Equal(1, await call.Within());
    }

    [Fact]
    public async Task Late_member_is_asked_at_its_port_and_only_a_refusal_counts()
    {
        using var open = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        open.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        open.Listen();
        var alive = MemberAt(open);
        _membership.Show(3, _self, _dead, alive);

        _membership.ShowLate(alive.Silo);
        using (await open.AcceptAsync().Within())
            _membership.ShowLate(_dead.Silo);

        await Deadline.Until(() => _membership.Refusals.Contains(_dead.Silo), "the closed port was asked");
        Assert.DoesNotContain(alive.Silo, _membership.Refusals);
    }

    private static ClusterMember MemberAt(Socket socket) =>
        new(SiloAddress.New((IPEndPoint)socket.LocalEndPoint!, 1), null, "other", SiloStatus.Active);

    /// <summary>A grain that nobody has called yet and that the ring gives to a silo.</summary>
    private IPlacedGrain GrainOf(SiloAddress silo)
    {
        var grains = _host.Services.GetRequiredService<IGrainFactory>();
        var topology = _host.Services.GetRequiredService<ClusterTopology>().Current;
        while (true)
        {
            var grain = grains.GetGrain<IPlacedGrain>(Guid.NewGuid().ToString("N"));
            if (silo.Equals(ClusterTopology.OwnerOf(grain.GetGrainId(), topology)))
                return grain;
        }
    }
}
