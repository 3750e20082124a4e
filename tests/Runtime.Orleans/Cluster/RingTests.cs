using System.Net;
using Orleans.Runtime;
using Orleans.Runtime.Cluster;
using Orleans.Runtime.Membership;
using Orleans.Runtime.Reminders;

namespace Engine.Runtime.Orleans.Tests.Cluster;

public sealed class RingTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(20)]
    public void Shares_are_even(int silos)
    {
        var ring = RingOf(silos);
        var random = new Random(7);
        var counts = Enumerable.Range(0, 100_000).CountBy(_ => ring.OwnerOf((uint)random.NextInt64(1L << 32))!).ToList();
        Assert.Equal(silos, counts.Count);
        Assert.All(counts, pair => Assert.InRange(pair.Value * silos / 100_000.0, 0.65, 1.4));
    }

    [Fact]
    public void Ranges_cover_the_ring_and_agree_with_owners()
    {
        var ring = RingOf(5);
        var ranges = ring.Silos.ToDictionary(static silo => silo, ring.RangesOf);
        var random = new Random(11);
        var hashes = Enumerable.Range(0, 20_000).Select(_ => (uint)random.NextInt64(1L << 32))
            .Concat(ranges.Values.SelectMany(static parts => parts).SelectMany(static part => new[] { part.Begin, part.End, part.End + 1 }))
            .Concat([0u, 1u, uint.MaxValue]);
        foreach (var hash in hashes)
        {
            var owner = ring.OwnerOf(hash)!;
            foreach (var (silo, parts) in ranges)
                Assert.Equal(silo.Equals(owner) ? 1 : 0, parts.Count(part => part.Contains(hash)));
        }
    }

    [Fact]
    public void Only_the_share_of_the_silo_that_joins_moves()
    {
        var before = RingOf(4);
        var after = RingOf(5);
        var joined = after.Silos.Except(before.Silos).Single();
        var gained = after.GainedBy(joined, before);
        var random = new Random(13);
        for (var i = 0; i < 20_000; i++)
        {
            var hash = (uint)random.NextInt64(1L << 32);
            var moves = joined.Equals(after.OwnerOf(hash));
            Assert.Equal(moves ? joined : before.OwnerOf(hash), after.OwnerOf(hash));
            Assert.Equal(moves ? 1 : 0, gained.Count(part => part.Contains(hash)));
        }

        Assert.Empty(after.GainedBy(before.Silos[0], before));
        Assert.NotEmpty(before.GainedBy(before.Silos[0], after));
    }

    [Fact]
    public void The_first_silo_gains_everything()
    {
        var ring = RingOf(1);
        Assert.Equal([ReminderRing.Full], ring.RangesOf(ring.Silos[0]));
        Assert.Equal([ReminderRing.Full], ring.GainedBy(ring.Silos[0], GrainRing.Empty));
        Assert.Null(GrainRing.Empty.OwnerOf(5));
    }

    [Fact]
    public void Only_active_silos_own_grains_and_the_order_of_the_view_does_not_matter()
    {
        var members = Enumerable.Range(0, 6).Select(number => Member(number, number < 4 ? SiloStatus.Active : number == 4
            ? SiloStatus.Joining : SiloStatus.ShuttingDown)).ToList();
        var ring = GrainRing.Of(new ClusterView(1, [.. members]));
        var reversed = GrainRing.Of(new ClusterView(1, [.. Enumerable.Reverse(members)]));
        Assert.Equal(4, ring.Silos.Count);
        for (var hash = 0L; hash < 1L << 32; hash += 9_999_991)
            Assert.Equal(ring.OwnerOf((uint)hash), reversed.OwnerOf((uint)hash));
    }

    private static GrainRing RingOf(int silos) =>
        GrainRing.Of(new ClusterView(1, [.. Enumerable.Range(0, silos).Select(static number => Member(number, SiloStatus.Active))]));

    private static ClusterMember Member(int number, SiloStatus status) =>
        new(SiloAddress.New(IPAddress.Loopback, 11_111 + number, 1_000 + number), null, $"silo {number}", status);
}
