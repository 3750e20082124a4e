using Xunit.Abstractions;

namespace Engine.Runtime.Orleans.Tests.Membership;

/// <summary>
/// Seeded histories. Whatever happens: a silo that others have evicted had stopped to answer before, and does not start again;
/// a silo to which nothing but pauses of the database happened stays a member; one that dies goes soon.
/// </summary>
public class LeaseModelTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1, 250)]
    [InlineData(10_001, 250)]
    public void Histories_of_everything_at_once_keep_the_promises(int firstSeed, int count)
    {
        var evictions = 0;
        var slowest = TimeSpan.Zero;
        for (var seed = firstSeed; seed < firstSeed + count; seed++)
        {
            var world = Play(seed);
            Assert.True(world.Faults.Count == 0, $"Seed {seed}: {string.Join(' ', world.Faults)}");
            evictions += world.EvictionCount;
            slowest = world.Failovers.Append(slowest).Max();
        }

        output.WriteLine($"{evictions} evictions; from a kill to the eviction at most {slowest}.");
        Assert.True(evictions > count / 2);
    }

    [Fact]
    public void Silo_whose_machine_is_gone_is_evicted_within_a_lease_and_a_second()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var world = KillOne(seed, silos: 3, portsTell: false);
            var failover = Assert.Single(world.Failovers);
            Assert.InRange(failover, world.Options.Lease - world.Options.RenewPeriod - TimeSpan.FromMilliseconds(200), world.Options.Lease + TimeSpan.FromSeconds(1));
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void Silo_whose_process_is_gone_is_evicted_after_a_quarter_of_its_lease(int silos)
    {
        var slowest = TimeSpan.Zero;
        for (var seed = 0; seed < 200; seed++)
        {
            var world = KillOne(seed, silos, portsTell: true);
            var failover = Assert.Single(world.Failovers);
            var quiet = world.Options.Lease / 4;
            Assert.InRange(failover, quiet - world.Options.RenewPeriod - TimeSpan.FromMilliseconds(200), quiet + (world.Options.RenewPeriod * 3));
            slowest = failover > slowest ? failover : slowest;
        }

        output.WriteLine($"At most {slowest}.");
    }

    [Fact]
    public void Silo_that_renews_is_never_evicted_whatever_is_said_of_its_port()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var world = new LeaseWorld(seed);
            for (var number = 0; number < 4; number++)
                world.AddSilo();
            for (var lie = 0; lie < 50; lie++)
            {
                world.Run(world.Between(0, 0.5));
                foreach (var liar in world.Silos.Skip(1))
                    liar.IsRefusedWrongly(world.Silos[0]);
            }

            Assert.Equal(0, world.EvictionCount);
            Assert.All(world.Silos, static silo => Assert.True(silo.MayDispatch));
        }
    }

    [Fact]
    public void Frozen_silo_keeps_its_place_until_its_lease_ends_when_only_one_is_refused()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var world = new LeaseWorld(seed);
            for (var number = 0; number < 3; number++)
                world.AddSilo();
            world.Run(world.Between(5, 10));
            world.Silos[0].Freeze(TimeSpan.FromSeconds(3));
            for (var lie = 0; lie < 10; lie++)
            {
                world.Silos[1].IsRefusedWrongly(world.Silos[0]);
                world.Run(TimeSpan.FromSeconds(0.5));
            }

            Assert.Equal(0, world.EvictionCount);
            Assert.Empty(world.Faults);
        }
    }

    [Fact]
    public void Outage_of_any_length_evicts_nobody()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var world = new LeaseWorld(seed);
            for (var number = 0; number < 5; number++)
                world.AddSilo();
            for (var outage = 0; outage < 4; outage++)
            {
                world.Run(world.Between(0.1, 8));
                var length = world.Between(0.1, 30);
                world.Outage(length, isCrash: outage % 2 == 0);
                world.Run(length);
            }

            world.Run(TimeSpan.FromSeconds(10));
            Assert.Equal(0, world.EvictionCount);
            Assert.All(world.Silos, static silo => Assert.True(silo.MayDispatch));
        }
    }

    private static LeaseWorld KillOne(int seed, int silos, bool portsTell)
    {
        var world = new LeaseWorld(seed) { PortsTell = portsTell };
        for (var number = 0; number < silos; number++)
            world.AddSilo();
        world.Run(world.Between(5, 10));
        world.Silos[0].Kill();
        world.Run(TimeSpan.FromSeconds(10));
        Assert.Empty(world.Faults);
        return world;
    }

    private static LeaseWorld Play(int seed)
    {
        var world = new LeaseWorld(seed);
        var size = world.Random.Next(3, 7);
        for (var number = 0; number < size; number++)
            world.AddSilo();
        for (var step = 0; step < 25; step++)
        {
            world.Run(world.Between(0, 6));
            Disturb(world);
        }

        // Rest: whoever could be evicted is.
        world.Run(TimeSpan.FromSeconds(90));
        foreach (var silo in world.Silos)
        {
            silo.CheckRemoved();
            if (silo.KilledAt is not null && !silo.IsRemoved && world.Silos.Any(static other => other.MayDispatch))
                world.Faults.Add($"Silo {silo.Number} is dead and still a member.");
            if (silo.KilledAt is null && !silo.IsRemoved && !silo.MayDispatch)
                world.Faults.Add($"Silo {silo.Number} is a member and does not answer.");
        }

        return world;
    }

    private static void Disturb(LeaseWorld world)
    {
        var victim = world.Silos[world.Random.Next(world.Silos.Count)];
        switch (world.Random.Next(8))
        {
            case 0 when world.Silos.Count(static silo => silo.MayDispatch) > 1:
                victim.Kill();
                break;
            case 1:
            case 2:
                victim.Freeze(world.Between(0.1, 12));
                break;
            case 3:
                world.Outage(world.Between(0.1, 20), isCrash: world.Random.Next(2) == 0);
                break;
            case 4:
                victim.Slow(world.Between(1, 15));
                break;
            case 5:
                world.SetDatabaseClock(world.Between(-3600, 3600));
                break;
            case 6:
                // One is believed by nobody as long as there is another who could say the same.
                world.Silos[0].IsRefusedWrongly(victim);
                break;
            case 7 when !world.Table.IsAway:
                world.AddSilo();
                break;
        }
    }
}
