using System.Net;
using Orleans.Runtime;
using Orleans.Runtime.Membership;

namespace Engine.Runtime.Orleans.Tests.Membership;

public class EvictionRuleTests
{
    private static readonly ClusterLeaseOptions Options = new();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(100, 2)]
    public void WitnessesNeeded_are_two_or_the_only_other(int members, int needed) =>
        Assert.Equal(needed, EvictionRule.WitnessesNeeded(members));

    [Theory]
    // leaseLeftMs, witnesses, isRefused, members, stillMs
    [InlineData(3_000, 1, true, 3, 1_000, true)]
    [InlineData(3_000, 2, false, 3, 1_000, true)]
    [InlineData(3_000, 0, true, 2, 1_000, true)]
    [InlineData(3_000, 1, true, 3, 999, false)]
    [InlineData(3_000, 0, true, 3, 3_999, false)]
    [InlineData(3_000, 1, false, 3, 3_999, false)]
    [InlineData(3_000, 0, false, 2, 3_999, false)]
    [InlineData(0, 0, false, 3, 4_000, true)]
    [InlineData(0, 0, false, 3, 3_999, false)]
    [InlineData(0, 0, true, 3, 3_750, true)]
    [InlineData(0, 0, true, 3, 3_749, false)]
    [InlineData(1, 0, false, 3, 60_000, false)]
    public void IsDead_needs_an_expired_lease_or_a_closed_port_and_stillness(
        int leaseLeftMs, int witnesses, bool isRefused, int members, int stillMs, bool isDead)
    {
        var member = Member(Options.Lease, leaseLeftMs, witnesses);
        Assert.Equal(isDead, EvictionRule.IsDead(member, TimeSpan.FromMilliseconds(stillMs), Options, isRefused, members));
    }

    [Fact]
    public void Longer_lease_of_either_side_counts()
    {
        var slow = Member(Options.Lease * 2, 0, witnesses: 1);
        Assert.False(EvictionRule.IsDead(slow, (Options.Lease / 2) - TimeSpan.FromMilliseconds(1), Options, isRefused: true, members: 3));
        Assert.True(EvictionRule.IsDead(slow, Options.Lease / 2, Options, isRefused: true, members: 3));
        Assert.False(EvictionRule.IsDead(slow with { Witnesses = 0 }, Options.Lease, Options, isRefused: true, members: 3));
        Assert.True(EvictionRule.IsDead(slow with { Witnesses = 0 }, Options.Lease * 2, Options, isRefused: false, members: 3));
        Assert.Equal(Options.Lease / 4, EvictionRule.Quiet(Member(TimeSpan.FromSeconds(1), 0, 0), Options.Lease));
    }

    private static MemberPulse Member(TimeSpan lease, int leaseLeftMs, int witnesses) => new(
        SiloAddress.New(IPAddress.Loopback, 10_001, 1), 7, lease, TimeSpan.FromMilliseconds(leaseLeftMs), witnesses);
}
