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
    private const int RenewalsMin = 5;
    private static readonly TimeSpan RenewsWithin = TimeSpan.FromMinutes(2);
    private readonly MembershipMetrics _metrics = new(null);

    [Fact]
    public async Task Silo_renews_and_connects_anew_while_no_thread_of_the_pool_is_free()
    {
        var database = AdoNetDatabase.Of("Options", "Npgsql", postgres.ConnectionString);
        using var membership = new ClusterMembership(
            new AdoNetMembershipStore(database, "starved"), new ClusterLeaseOptions(), TimeProvider.System, _metrics, NullLogger<ClusterMembership>.Instance);
        var member = new ClusterMember(SiloAddress.New(IPAddress.Loopback, 1, 1), null, "starved", SiloStatus.Active);
        await membership.JoinAsync(member, CancellationToken.None).Within();

        var renewed = false;
        var reconnected = false;
        Exception? failure = null;
        // Opened while there are threads.
        await using var other = new NpgsqlConnection(postgres.ConnectionString + ";Pooling=false");
        await other.OpenAsync();
        using var release = new ManualResetEventSlim();
        var blocked = Enumerable.Range(0, 1_000).Select(_ => Task.Run(release.Wait)).ToArray();
        try
        {
            // A thread of its own watches, and cuts the connection in between.
            var watching = new Thread(() =>
            {
                try
                {
                    using var store = new AdoNetMembershipStore(database, "starved");
                    renewed = Renews(store);
                    Cut(other);
                    reconnected = Renews(store);
                }
                catch (Exception error)
                {
                    failure = error;
                }
            });
            watching.Start();
            watching.Join();
        }
        finally
        {
            release.Set();
            await Task.WhenAll(blocked);
        }

        Assert.Null(failure);
        Assert.True(renewed, "It does not renew.");
        Assert.True(reconnected, "It does not renew over another connection.");
        await Deadline.Until(() => membership.MayDispatch, "its lease holds");
    }

    public void Dispose() => _metrics.Dispose();

    /// <summary>Whether the only member renews a few times more. The pool grows by a thread or two a second: in this time it cannot help.</summary>
    private static bool Renews(AdoNetMembershipStore store)
    {
        var started = TimeProvider.System.GetTimestamp();
        long? before = null;
        using var pause = new ManualResetEventSlim();
        while (TimeProvider.System.GetElapsedTime(started) < RenewsWithin)
        {
            try
            {
                var now = store.Read(0).Pulses.Single().Renewals;
                before ??= now;
                if (now >= before + RenewalsMin)
                    return true;
            }
            catch (Exception error) when (StoreAway.IsCause(error))
            {
                // Cut off too, or too slow this time.
            }

            pause.Wait(10);
        }

        return false;
    }

    private static void Cut(NpgsqlConnection connection)
    {
        using var kill = connection.CreateCommand();
        kill.CommandTimeout = 0;
        kill.CommandText =
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'orleans membership'";
        Assert.NotEqual(0L, kill.ExecuteScalar());
    }
}
