using System.Net;
using Engine.Runtime.Orleans.Tests.Support;
using Engine.Testing.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Runtime;
using Orleans.Runtime.AdoNet;
using Orleans.Runtime.Membership;
using Orleans.Runtime.Membership.AdoNet;

namespace Engine.Runtime.Orleans.Tests.Membership;

/// <summary>Silos on a server that crashes, and of whom one dies.</summary>
public sealed class DatabaseOutageTests : IAsyncLifetime, IDisposable
{
    /// <summary>The default, twice: with leases that a machine could stand still for, silos that nothing happened to would die.</summary>
    private static readonly ClusterLeaseOptions Times = new()
    {
        Lease = TimeSpan.FromSeconds(8), RenewPeriod = TimeSpan.FromSeconds(1), Margin = TimeSpan.FromSeconds(1),
    };

    private readonly List<ClusterMembership> _silos = [];
    private readonly MembershipMetrics _metrics = new(null);
    private PostgresServer _server = null!;
    private int _evictedCount;

    public async Task InitializeAsync() => _server = await PostgresServer.StartAsync();

    public async Task DisposeAsync()
    {
        foreach (var silo in _silos)
            silo.Dispose();
        await _server.DisposeAsync();
    }

    public void Dispose() => _metrics.Dispose();

    [Fact]
    public async Task Crash_of_the_database_that_outlasts_all_leases_costs_a_pause_and_no_silo()
    {
        await Join(3);

        await _server.StopImmediatelyAsync();
        await Deadline.Until(() => _silos.TrueForAll(static silo => !silo.MayDispatch), "all suspend");
        using (var longer = new PeriodicTimer(Times.Lease))
            await longer.WaitForNextTickAsync();
        await _server.StartAgainAsync();

        await Deadline.Until(() => _silos.TrueForAll(static silo => silo.MayDispatch), "all resume");
        using (var longer = new PeriodicTimer(Times.Lease * 1.5))
            await longer.WaitForNextTickAsync();
        Assert.Equal(0, _evictedCount);
        Assert.All(_silos, static silo => Assert.Equal(3, silo.View.Members.Length));
        await Deadline.Until(() => _silos.TrueForAll(static silo => silo.MayDispatch), "all go on");
    }

    [Fact]
    public async Task Silo_that_dies_is_evicted_after_its_lease_and_not_before()
    {
        await Join(3);
        using var store = new AdoNetMembershipStore(Database, "outage", timeoutSeconds: 300);
        // It renews after this moment, and then no more.
        var renewedAfter = TimeProvider.System.GetTimestamp();
        var before = RenewalsOfFirst(store);
        await Deadline.Until(() => RenewalsOfFirst(store) > before, "it renews once more");
        _silos[0].Abandon();
        await Deadline.Until(() => _silos[1].View.Members.Length == 2 && _silos[2].View.Members.Length == 2, "the others evict it");

        // Not a moment before the lease of its last renewal; how long after depends on how busy this machine is.
        Assert.True(TimeProvider.System.GetElapsedTime(renewedAfter) > Times.Lease);
        Assert.Equal(0, _evictedCount);
    }

    private AdoNetDatabase Database => AdoNetDatabase.Of("Options", "Npgsql", _server.ConnectionString);

    private static long RenewalsOfFirst(AdoNetMembershipStore store)
    {
        var first = SiloAddress.New(IPAddress.Loopback, 10_000, 1);
        return store.Read(0).Pulses.Single(pulse => pulse.Silo.Equals(first)).Renewals;
    }

    private async Task Join(int count)
    {
        for (var number = 0; number < count; number++)
        {
            var silo = new ClusterMembership(
                new AdoNetMembershipStore(Database, "outage"), Times, TimeProvider.System, _metrics, NullLogger<ClusterMembership>.Instance);
            silo.Evicted += () => Interlocked.Increment(ref _evictedCount);
            _silos.Add(silo);
            await silo.JoinAsync(
                new ClusterMember(SiloAddress.New(IPAddress.Loopback, 10_000 + number, 1), null, "silo", SiloStatus.Active), CancellationToken.None).Within();
        }

        await Deadline.Until(() => _silos.TrueForAll(silo => silo.View.Members.Length == count), "all know each other");
    }
}
