using System.Collections.Concurrent;
using System.Net;
using Engine.Runtime.Orleans.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Runtime;
using Orleans.Runtime.Membership;

namespace Engine.Runtime.Orleans.Tests.Membership;

public sealed class MembershipServiceTests : IDisposable
{
    /// <summary>Longer than a machine stands still; not so long that a test of an eviction takes minutes.</summary>
    private static readonly ClusterLeaseOptions Times = new()
    {
        Lease = TimeSpan.FromSeconds(8), RenewPeriod = TimeSpan.FromMilliseconds(50), Margin = TimeSpan.FromMilliseconds(500),
    };

    private readonly MemoryMembershipTable _table = new(TimeProvider.System);
    private readonly MembershipMetrics _metrics = new(null);

    [Fact]
    public async Task A_silo_of_its_own_is_active_and_may_dispatch()
    {
        await using var silo = await TestSilo.Start();

        var membership = silo.Services.GetRequiredService<IClusterMembership>();

        Assert.True(membership.MayDispatch);
        var member = Assert.Single(membership.View.Members);
        Assert.Equal(SiloStatus.Active, member.Status);
        Assert.Equal(silo.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress, member.Silo);
        Assert.Null(member.Gateway);
    }

    [Fact]
    public async Task A_silo_with_its_members_in_its_own_process_goes_on_at_once_after_the_process_stood_still()
    {
        var clock = new ManualTime();
        await using var silo = await TestSilo.Start(
            builder => builder.Services.AddKeyedSingleton<TimeProvider>(TimeProviderNames.Membership, clock));
        var membership = silo.Services.GetRequiredService<IClusterMembership>();

        clock.Advance(TimeSpan.FromMinutes(1));

        Assert.True(membership.MayDispatch);
    }

    [Fact]
    public async Task Views_are_seen_by_all_in_order_and_a_leaving_silo_is_gone()
    {
        using var first = await Join(1);
        var versions = new ConcurrentQueue<long>();
        first.ViewChanged += view => versions.Enqueue(view.Version);
        using var second = await Join(2);
        await Deadline.Until(() => first.View.Members.Length == 2, "the first sees the second");

        await second.LeaveAsync(CancellationToken.None);

        Assert.False(second.MayDispatch);
        await Deadline.Until(() => first.View.Members.Length == 1, "the first sees that the second left");
        await Deadline.Until(() => versions.Contains(first.View.Version), "the handler saw the last view");
        Assert.Equal(versions.Order(), versions);
        Assert.False(second.IsEvicted);
    }

    [Fact]
    public async Task Silo_that_no_longer_renews_is_evicted_after_it_stopped_to_dispatch()
    {
        using var first = await Join(1);
        using var second = await Join(2);
        await Deadline.Until(() => first.View.Members.Length == 2, "the first sees the second");

        second.Abandon();

        Assert.False(second.MayDispatch);
        await Deadline.Until(() => first.View.Members.Length == 1, "the dead silo is evicted");
        await Deadline.Until(() => first.MayDispatch, "the one that is left goes on");
        Assert.False(first.IsEvicted);
    }

    [Fact]
    public async Task Silo_that_renews_no_more_and_whose_port_refuses_two_is_evicted_under_its_lease()
    {
        var options = new ClusterLeaseOptions { RenewPeriod = TimeSpan.FromMilliseconds(20) };
        var time = new ManualTime();
        var table = new MemoryMembershipTable(time);
        using var first = await Join(1, table, options, time);
        using var second = await Join(2, table, options, time);
        using var third = await Join(3, table, options, time);
        await Deadline.Until(() => first.View.Members.Length == 3 && second.View.Members.Length == 3, "they know each other");
        var asked = 0;
        foreach (var witness in new[] { first, second })
        {
            witness.Late += silo =>
            {
                if (!silo.Equals(Member(3).Silo))
                    return;
                Interlocked.Increment(ref asked);
                witness.Refused(silo);
            };
        }

        third.Abandon();
        for (var step = 0; step < 6; step++)
        {
            var before = Renewals(table);
            await Deadline.Until(() => Moved(before, table), "both renew");
            time.Advance(options.Lease / 16);
        }

        await Deadline.Until(() => first.View.Members.Length == 2 && second.View.Members.Length == 2, "both know that it is gone");
        Assert.True(asked >= 2);
        Assert.True(first.MayDispatch && second.MayDispatch);
    }

    [Fact]
    public async Task Silos_survive_an_outage_of_the_store_that_is_longer_than_their_leases()
    {
        using var first = await Join(1);
        using var second = await Join(2);
        var evicted = 0;
        first.Evicted += () => Interlocked.Increment(ref evicted);
        second.Evicted += () => Interlocked.Increment(ref evicted);

        await Deadline.Until(() => first.View.Members.Length == 2, "the first sees the second");

        _table.IsAway = true;
        await Deadline.Until(() => !first.MayDispatch && !second.MayDispatch, "both suspend");
        using (var longer = new PeriodicTimer(Times.Lease))
            await longer.WaitForNextTickAsync();
        _table.IsAway = false;

        await Deadline.Until(() => first.MayDispatch && second.MayDispatch, "both resume");
        Assert.Equal(2, first.View.Members.Length);
        Assert.Equal(0, evicted);
    }

    [Fact]
    public async Task Silo_that_was_evicted_learns_it_and_never_returns()
    {
        using var first = await Join(1);
        var learnt = new TaskCompletionSource();
        first.Evicted += learnt.SetResult;

        // A new process at the same endpoint.
        using var second = await Join(1, generation: 2);

        await learnt.Task.Within();
        Assert.False(first.MayDispatch);
        Assert.True(first.IsEvicted);
        await Assert.ThrowsAsync<OrleansException>(() => first.UpdateAsync(Member(1), CancellationToken.None));
    }

    public void Dispose() => _metrics.Dispose();

    private static ClusterMember Member(int number, int generation = 1, SiloStatus status = SiloStatus.Active) =>
        new(SiloAddress.New(IPAddress.Loopback, 10_000 + number, generation), null, $"silo-{number}", status);

    private static Dictionary<SiloAddress, long> Renewals(MemoryMembershipTable table) =>
        table.Read(0).Pulses.ToDictionary(static pulse => pulse.Silo, static pulse => pulse.Renewals);

    /// <summary>Whether the first two have renewed twice, the second time with what they read at the first.</summary>
    private static bool Moved(Dictionary<SiloAddress, long> before, MemoryMembershipTable table)
    {
        var now = Renewals(table);
        return new[] { Member(1).Silo, Member(2).Silo }.All(silo => now[silo] >= before[silo] + 2);
    }

    private Task<ClusterMembership> Join(int number, int generation = 1) => Join(number, _table, Times, TimeProvider.System, generation);

    private async Task<ClusterMembership> Join(
        int number, MemoryMembershipTable table, ClusterLeaseOptions options, TimeProvider time, int generation = 1)
    {
        var membership = new ClusterMembership(
            new MemoryMembershipStore(table), options, time, _metrics, NullLogger<ClusterMembership>.Instance);
        await membership.JoinAsync(Member(number, generation), CancellationToken.None).Within();
        return membership;
    }
}
