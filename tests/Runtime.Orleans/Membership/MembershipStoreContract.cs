using System.Net;
using Orleans.Runtime;
using Orleans.Runtime.Membership;

namespace Engine.Runtime.Orleans.Tests.Membership;

/// <summary>What every membership store does, whatever it is made of.</summary>
public abstract class MembershipStoreContract
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    [Fact]
    public void Member_that_joins_is_read_by_all()
    {
        using var first = Open();
        using var second = Open();

        Assert.True(first.Join(Member(1), Long));
        Assert.True(second.Join(Member(2) with { Gateway = SiloAddress.New(IPAddress.Loopback, 30_000, 1) }, Long));

        var renewal = first.Renew(Member(1).Silo, Long, knownVersion: 0);
        Assert.True(renewal.IsMember);
        Assert.Equal<ClusterMember>([Member(1), Member(2) with { Gateway = SiloAddress.New(IPAddress.Loopback, 30_000, 1) }], renewal.View!.Members.ToArray());
        Assert.Equal(renewal.Version, renewal.View!.Version);
        Assert.Equal(2, renewal.Pulses.Length);
        Assert.All(renewal.Pulses, static pulse => Assert.False(pulse.IsExpired));
        Assert.All(renewal.Pulses, static pulse => Assert.Equal(Long, pulse.Lease));
    }

    [Fact]
    public void View_is_read_only_when_it_is_newer_than_the_known_one()
    {
        using var store = Open();
        store.Join(Member(1), Long);

        var first = store.Renew(Member(1).Silo, Long, knownVersion: 0);
        var second = store.Renew(Member(1).Silo, Long, first.Version);

        Assert.NotNull(first.View);
        Assert.Null(second.View);
        Assert.Equal(first.Version, second.Version);
        Assert.NotEqual(Assert.Single(first.Pulses).Renewals, Assert.Single(second.Pulses).Renewals);
    }

    [Fact]
    public void Each_change_has_a_version_of_its_own()
    {
        using var store = Open();
        store.Join(Member(1), Long);
        var joined = store.Read(0);

        Assert.True(store.Update(Member(1) with { Status = SiloStatus.Active }));
        var active = store.Read(joined.Version);
        store.Leave(Member(1).Silo);
        var left = store.Read(active.Version);

        Assert.True(joined.Version < active.Version && active.Version < left.Version);
        Assert.Equal(SiloStatus.Active, Assert.Single(active.View!.Members).Status);
        Assert.Empty(left.View!.Members);
        Assert.False(store.Update(Member(1)));
        Assert.False(store.Renew(Member(1).Silo, Long, 0).IsMember);
    }

    [Fact]
    public void Same_identity_joins_once()
    {
        using var store = Open();
        Assert.True(store.Join(Member(1), Long));
        Assert.False(store.Join(Member(1), Long));
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(1, 2)]
    public void New_process_at_an_endpoint_evicts_the_old_one_whatever_its_clock_says(int oldGeneration, int newGeneration)
    {
        using var store = Open();
        store.Join(Member(1, oldGeneration), Long);
        store.Join(Member(2), Long);

        Assert.True(store.Join(Member(1, newGeneration), Long));

        Assert.False(store.Renew(Member(1, oldGeneration).Silo, Long, 0).IsMember);
        Assert.Equal(
            new[] { Member(1, newGeneration), Member(2) }.OrderBy(static member => member.Silo), store.Read(0).View!.Members.AsEnumerable());
    }

    [Fact]
    public void Member_whose_lease_holds_is_not_evicted()
    {
        using var store = Open();
        store.Join(Member(1), Long);
        store.Join(Member(2), Long);
        var read = store.Read(0);

        Assert.Equal(0, store.Evict(read.Version, [Pulse(read, 2)]));
        Assert.True(store.Renew(Member(2).Silo, Long, 0).IsMember);
    }

    [Fact]
    public void Member_that_renewed_meanwhile_is_not_evicted()
    {
        using var store = Open();
        store.Join(Member(1), Long);
        store.Join(Member(2), Long);
        var read = store.Read(0);
        store.Renew(Member(2).Silo, TimeSpan.Zero, 0);

        Assert.Equal(0, store.Evict(read.Version, [Pulse(read, 2)]));
        Assert.True(store.Renew(Member(2).Silo, Long, 0).IsMember);
    }

    [Fact]
    public void Member_is_not_evicted_by_an_old_view()
    {
        using var store = Open();
        store.Join(Member(1), Long);
        store.Join(Member(2), TimeSpan.Zero);
        var read = store.Read(0);
        store.Join(Member(3), Long);

        Assert.Equal(0, store.Evict(read.Version, [Pulse(read, 2)]));
    }

    [Fact]
    public void Dead_members_are_evicted_together_and_once()
    {
        using var store = Open();
        store.Join(Member(1), Long);
        store.Join(Member(2), TimeSpan.Zero);
        store.Join(Member(3), TimeSpan.Zero);
        var read = store.Read(0);
        Assert.True(Pulse(read, 2).IsExpired);

        Assert.Equal(2, store.Evict(read.Version, [Pulse(read, 2), Pulse(read, 3)]));
        Assert.Equal(0, store.Evict(read.Version, [Pulse(read, 2), Pulse(read, 3)]));

        var after = store.Read(read.Version);
        Assert.Equal(Member(1), Assert.Single(after.View!.Members));
        Assert.False(store.Renew(Member(2).Silo, Long, 0).IsMember);
    }

    [Fact]
    public void What_members_say_of_a_port_is_read_by_the_others_until_it_renews()
    {
        using var store = Open();
        for (var number = 1; number <= 3; number++)
            store.Join(Member(number), Long);
        var read = store.Renew(Member(1).Silo, Long, 0);

        store.Renew(Member(1).Silo, Long, 0, [Pulse(read, 3)]);

        Assert.Equal(1, Pulse(store.Renew(Member(2).Silo, Long, 0), 3).Witnesses);
        Assert.Equal(0, Pulse(store.Renew(Member(2).Silo, Long, 0), 1).Witnesses);
        Assert.Equal(0, Pulse(store.Renew(Member(1).Silo, Long, 0, [Pulse(read, 3)]), 3).Witnesses);
        store.Renew(Member(3).Silo, Long, 0);
        Assert.Equal(0, Pulse(store.Renew(Member(2).Silo, Long, 0), 3).Witnesses);
    }

    [Fact]
    public void Member_whose_lease_holds_is_evicted_when_two_say_that_its_port_refuses()
    {
        using var store = Open();
        for (var number = 1; number <= 4; number++)
            store.Join(Member(number), Long);
        var read = store.Renew(Member(1).Silo, Long, 0);

        store.Renew(Member(1).Silo, Long, 0, [Pulse(read, 3)]);
        Assert.Equal(0, store.Evict(read.Version, [Pulse(read, 3)]));
        store.Renew(Member(2).Silo, Long, 0, [Pulse(read, 3)]);
        Assert.Equal(0, store.Evict(read.Version, [Pulse(read, 4)]));
        Assert.Equal(1, store.Evict(read.Version, [Pulse(read, 3)]));

        Assert.False(store.Renew(Member(3).Silo, Long, 0).IsMember);
        Assert.Equal(3, store.Read(0).Pulses.Length);
    }

    [Fact]
    public void Word_of_the_only_other_member_is_enough()
    {
        using var store = Open();
        store.Join(Member(1), Long);
        store.Join(Member(2), Long);
        var read = store.Renew(Member(1).Silo, Long, 0);

        Assert.Equal(0, store.Evict(read.Version, [Pulse(read, 2)]));
        store.Renew(Member(1).Silo, Long, 0, [Pulse(read, 2)]);

        Assert.Equal(1, store.Evict(read.Version, [Pulse(read, 2)]));
    }

    [Fact]
    public void What_was_said_of_a_member_that_renewed_meanwhile_does_not_count()
    {
        using var store = Open();
        for (var number = 1; number <= 3; number++)
            store.Join(Member(number), Long);
        var read = store.Renew(Member(1).Silo, Long, 0);
        store.Renew(Member(1).Silo, Long, 0, [Pulse(read, 3)]);
        store.Renew(Member(2).Silo, Long, 0, [Pulse(read, 3)]);

        var renewed = store.Renew(Member(3).Silo, Long, 0);

        Assert.Equal(0, store.Evict(read.Version, [Pulse(read, 3)]));
        Assert.Equal(0, store.Evict(renewed.Version, [Pulse(renewed, 3)]));
        Assert.True(store.Renew(Member(3).Silo, Long, 0).IsMember);
    }

    [Fact]
    public void What_a_member_no_longer_says_does_not_count()
    {
        using var store = Open();
        for (var number = 1; number <= 3; number++)
            store.Join(Member(number), Long);
        var read = store.Renew(Member(1).Silo, Long, 0);
        store.Renew(Member(1).Silo, Long, 0, [Pulse(read, 3)]);
        store.Renew(Member(2).Silo, Long, 0, [Pulse(read, 3)]);
        store.Renew(Member(2).Silo, Long, 0);

        Assert.Equal(0, store.Evict(read.Version, [Pulse(read, 3)]));
    }

    [Fact]
    public async Task Of_many_who_evict_at_once_one_does()
    {
        using var store = Open();
        store.Join(Member(1), Long);
        store.Join(Member(2), TimeSpan.Zero);
        var read = store.Read(0);

        var evicted = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            using var own = Open();
            return own.Evict(read.Version, [Pulse(read, 2)]);
        })));

        Assert.Equal(1, evicted.Sum());
        Assert.Equal(read.Version + 1, store.Read(0).Version);
    }

    [Fact]
    public async Task Many_join_at_once_and_all_are_members()
    {
        var views = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => Task.Run(() =>
        {
            using var own = Open();
            Assert.True(own.Join(Member(number), Long));
            return own.Renew(Member(number).Silo, Long, 0).View!;
        })));

        using var store = Open();
        var view = store.Read(0).View!;
        Assert.Equal(20, view.Members.Length);
        Assert.Equal(20, view.Version);
        Assert.All(views.GroupBy(static one => one.Version), static same => Assert.Single(same.Select(static one => string.Join(',', one.Members)).Distinct()));
    }

    /// <summary>Another way into the same cluster.</summary>
    private protected abstract IMembershipStore Open();

    private protected static ClusterMember Member(int number, int generation = 1) =>
        new(SiloAddress.New(IPAddress.Loopback, 10_000 + number, generation), null, $"silo-{number}", SiloStatus.Joining);

    private static MemberPulse Pulse(MemberRenewal read, int number) => read.Pulses.Single(pulse => pulse.Silo.Equals(Member(number).Silo));
}
