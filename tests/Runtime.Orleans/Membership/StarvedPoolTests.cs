using System.Net;
using Engine.Runtime.Orleans.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Orleans.Runtime;
using Orleans.Runtime.AdoNet;
using Orleans.Runtime.Membership;
using Orleans.Runtime.Membership.AdoNet;

namespace Engine.Runtime.Orleans.Tests.Membership;

/// <summary>Runs alone, since it takes the thread pool away from everybody.</summary>
[CollectionDefinition(nameof(StarvedPoolTests), DisableParallelization = true)]
[Collection(nameof(StarvedPoolTests))]
public sealed class StarvedPoolTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IDisposable
{
    private readonly MembershipMetrics _metrics = new(null);

    [Fact]
    public async Task Silo_renews_and_connects_anew_while_no_thread_of_the_pool_is_free()
    {
        var options = new ClusterLeaseOptions();
        using var membership = new ClusterMembership(
            new AdoNetMembershipStore(AdoNetDatabase.Of("Options", "Npgsql", postgres.ConnectionString), "starved"),
            options, TimeProvider.System, _metrics, NullLogger<ClusterMembership>.Instance);
        var member = new ClusterMember(SiloAddress.New(IPAddress.Loopback, 1, 1), null, "starved", SiloStatus.Active);
        await membership.JoinAsync(member, CancellationToken.None).Within();

        var lowest = TimeSpan.MaxValue;
        var reconnected = false;
        using var release = new ManualResetEventSlim();
        var blocked = Enumerable.Range(0, 1_000).Select(_ => Task.Run(release.Wait)).ToArray();
        try
        {
            // A thread of its own watches for three leases, and cuts the connection in between.
            var watching = new Thread(() => Watch(membership, options, ref lowest, ref reconnected));
            watching.Start();
            watching.Join();
        }
        finally
        {
            release.Set();
            await Task.WhenAll(blocked);
        }

        Assert.True(lowest > options.Lease / 4, $"The lease ran down to {lowest}.");
        Assert.True(reconnected);
        Assert.True(membership.MayDispatch);
    }

    public void Dispose() => _metrics.Dispose();

    private void Watch(ClusterMembership membership, ClusterLeaseOptions options, ref TimeSpan lowest, ref bool reconnected)
    {
        var started = TimeProvider.System.GetTimestamp();
        var isCut = false;
        using var pause = new ManualResetEventSlim();
        while (TimeProvider.System.GetElapsedTime(started) < options.Lease * 3)
        {
            var left = membership.LeaseLeft;
            if (left < lowest)
                lowest = left;
            if (!isCut && TimeProvider.System.GetElapsedTime(started) > options.Lease)
            {
                isCut = true;
                Cut();
            }

            reconnected = isCut && left > (options.Lease - options.Margin) * 0.5;
            pause.Wait(10);
        }
    }

    private void Cut()
    {
        using var other = new NpgsqlConnection(postgres.ConnectionString + ";Pooling=false");
        other.Open();
        using var kill = other.CreateCommand();
        kill.CommandText =
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'orleans membership'";
        Assert.NotEqual(0L, kill.ExecuteScalar());
    }
}
