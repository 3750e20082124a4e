using Engine.Runtime.Orleans.Tests.Support;
using Orleans.Runtime;
using Orleans.TestingHost;

namespace Engine.Runtime.Orleans.Tests.Cluster;

/// <summary>Silos come and go while calls are made from within silos and by a client.</summary>
public sealed class ClusterChangeTests : IAsyncLifetime
{
    private InProcessTestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await Clusters.Start(2);

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task A_silo_that_joins_takes_over_its_share_and_no_call_fails()
    {
        var load = new CallLoad(16, 300, _cluster.Silos[0].Grains(), _cluster.Silos[1].Grains(), _cluster.Client);
        await load.More(2_000);
        var third = await _cluster.StartAdditionalSiloAsync();
        await load.More(2_000);
        var grain = _cluster.GrainAt(third, _cluster.Client);
        Assert.Equal(third.SiloAddress, await grain.Where().Within());
        await load.End();
        Assert.True(load.Failures.IsEmpty, load.Summary());
    }

    [Fact]
    public async Task An_activation_moves_to_the_silo_that_joins()
    {
        var keys = Enumerable.Range(0, 200).Select(static _ => Guid.NewGuid().ToString("N")).ToList();
        foreach (var key in keys)
            await _cluster.Client.GetGrain<IPlacedGrain>(key).Count().Within();
        var third = await _cluster.StartAdditionalSiloAsync();
        var moved = 0;
        foreach (var key in keys)
        {
            var grain = _cluster.Client.GetGrain<IPlacedGrain>(key);
            var isThere = third.SiloAddress.Equals(await grain.Where().Within());
            moved += isThere ? 1 : 0;
            Assert.Equal(isThere ? 1 : 2, await grain.Count().Within());
        }

        Assert.InRange(moved, 30, 110);
        Assert.All(keys, key => Assert.Equal(1, PlacedGrain.Alive[key]));
    }

    [Fact]
    public async Task A_silo_that_leaves_hands_over_and_no_call_fails()
    {
        var third = await _cluster.StartAdditionalSiloAsync();
        var load = new CallLoad(16, 300, _cluster.Silos[0].Grains(), _cluster.Silos[1].Grains(), _cluster.Client);
        await load.More(2_000);
        await _cluster.StopSiloAsync(third).Within();
        await load.More(2_000);
        await load.End();
        Assert.True(load.Failures.IsEmpty, load.Summary());
    }

    [Fact]
    public async Task Calls_that_wait_for_a_grain_that_moves_run_where_it_is_then()
    {
        var third = await _cluster.StartAdditionalSiloAsync();
        var grain = _cluster.GrainAt(third, _cluster.Silos[0].Grains());
        var gate = Guid.NewGuid().ToString("N");
        var running = grain.Wait(gate);
        await Gates.UntilNoted(gate, "begins");
        var waiting = Enumerable.Range(0, 10).Select(_ => grain.Count()).ToList();
        var stopping = _cluster.StopSiloAsync(third);
        Gates.Release(gate);
        Assert.Equal(gate, await running.Within());
        Assert.Equal(10, (await Task.WhenAll(waiting).Within()).Length);
        await stopping.Within();
        Assert.NotEqual(third.SiloAddress, await grain.Where().Within());
    }

    [Fact]
    public async Task A_killed_silo_costs_the_calls_that_were_under_way_and_no_more()
    {
        var third = await _cluster.StartAdditionalSiloAsync();
        var load = new CallLoad(16, 300, _cluster.Silos[0].Grains(), _cluster.Silos[1].Grains(), _cluster.Client);
        await load.More(2_000);
        await _cluster.KillSiloAsync(third).Within();
        await _cluster.WaitForLivenessToStabilizeAsync();
        var failed = load.Failures.Count;
        await load.More(3_000);
        await load.End();
        Assert.All(load.Failures, static error => Assert.IsAssignableFrom<OrleansMessageRejectionException>(error));

        // What was under way when the last silo learned of it may still be on its way to the counter.
        Assert.InRange(load.Failures.Count, 0, failed + 16);
    }

    [Fact]
    public async Task A_client_survives_the_loss_of_each_silo_in_turn()
    {
        for (var round = 0; round < 3; round++)
        {
            var gone = _cluster.GetActiveSilos().First();
            if (round % 2 == 0)
                await _cluster.KillSiloAsync(gone).Within();
            else
                await _cluster.StopSiloAsync(gone).Within();
            await _cluster.StartAdditionalSiloAsync();
            var load = new CallLoad(4, 50, _cluster.Client);
            await load.More(500);
            await load.End();
            Assert.True(load.Failures.IsEmpty, $"round {round}: {load.Summary()}");
        }
    }

    [Behaviour(Docs.Testing)]
    public async Task A_silo_is_restarted_under_its_name_as_another_generation()
    {
        var old = _cluster.Silos[1];
        var restarted = await _cluster.RestartSiloAsync(old).Within();
        Assert.Equal(old.Name, restarted!.Name);
        Assert.Equal(old.SiloAddress.Endpoint, restarted.SiloAddress.Endpoint);
        Assert.NotEqual(old.SiloAddress, restarted.SiloAddress);
        await _cluster.WaitForLivenessToStabilizeAsync();
        Assert.Equal(restarted.SiloAddress, await _cluster.GrainAt(restarted, _cluster.Silos[0].Grains()).Where().Within());
    }
}
