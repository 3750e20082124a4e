using Engine.Runtime.Orleans.Tests.Support;
using Npgsql;
using Orleans.Runtime;
using Orleans.Runtime.AdoNet;
using Orleans.Runtime.Membership;
using Orleans.Runtime.Membership.AdoNet;

namespace Engine.Runtime.Orleans.Tests.Membership;

public sealed class AdoNetMembershipStoreTests(PostgresFixture postgres) : MembershipStoreContract, IClassFixture<PostgresFixture>
{
    private const int PatienceSeconds = 300;
    private readonly string _clusterId = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task Many_make_the_tables_of_a_new_database_at_once()
    {
        var connectionString = await postgres.Server.CreateDatabaseAsync();

        var joined = await Task.WhenAll(Enumerable.Range(0, 12).Select(number => Task.Run(() =>
        {
            using var store = new AdoNetMembershipStore(Database(connectionString), "new", PatienceSeconds);
            return store.Join(Member(number), TimeSpan.FromMinutes(1));
        })));

        Assert.All(joined, Assert.True);
    }

    [Fact]
    public async Task Table_of_an_older_version_gets_what_it_lacks_when_a_silo_joins()
    {
        var connectionString = await postgres.Server.CreateDatabaseAsync();
        using (var first = new AdoNetMembershipStore(Database(connectionString), _clusterId))
            Assert.True(first.Join(Member(1), TimeSpan.FromMinutes(1)));
        Execute("ALTER TABLE OrleansBuiltinMember DROP COLUMN Gone", connectionString);

        using var client = new AdoNetMembershipStore(Database(connectionString), _clusterId);
        Assert.Single(client.Read(0).Pulses);
        using var second = new AdoNetMembershipStore(Database(connectionString), _clusterId);
        Assert.True(second.Join(Member(2), TimeSpan.FromMinutes(1)));

        Assert.Equal(2, second.Renew(Member(2).Silo, TimeSpan.FromMinutes(1), 0, client.Read(0).Pulses).Pulses.Length);
    }

    [Fact]
    public void Clusters_in_one_database_do_not_see_each_other()
    {
        using var here = Open();
        using var there = new AdoNetMembershipStore(Database(postgres.ConnectionString), _clusterId + "-other", PatienceSeconds);
        here.Join(Member(1), TimeSpan.FromMinutes(1));
        there.Join(Member(2), TimeSpan.FromMinutes(1));

        Assert.Equal(Member(1), Assert.Single(here.Read(0).View!.Members));
        Assert.Equal(Member(2), Assert.Single(there.Read(0).View!.Members));
    }

    [Fact]
    public async Task Client_of_a_database_without_tables_finds_no_member()
    {
        using var store = new AdoNetMembershipStore(Database(await postgres.Server.CreateDatabaseAsync()), _clusterId, PatienceSeconds);
        var read = store.Read(0);
        Assert.Equal(0, read.Version);
        Assert.Empty(read.Pulses);
    }

    [Fact]
    public void Lost_connection_fails_one_call_and_the_next_one_opens_another()
    {
        using var store = Open();
        store.Join(Member(1), TimeSpan.FromMinutes(1));
        using (var other = new NpgsqlConnection(postgres.ConnectionString + ";Pooling=false"))
        {
            other.Open();
            using var kill = other.CreateCommand();
            kill.CommandText =
                "SELECT count(pg_terminate_backend(pid, 300000)) FROM pg_stat_activity WHERE application_name = 'orleans membership' AND datname = current_database()";
            kill.CommandTimeout = 0;
            // With a time to wait it returns when they have ended.
            kill.ExecuteScalar();
        }

        var error = Assert.ThrowsAny<Exception>(() => store.Renew(Member(1).Silo, TimeSpan.FromMinutes(1), 0));
        Assert.True(StoreAway.IsCause(error), error.ToString());
        Assert.True(store.Renew(Member(1).Silo, TimeSpan.FromMinutes(1), 0).IsMember);
    }

    [Fact]
    public void Lease_that_a_clock_set_back_made_endless_counts_as_expired()
    {
        using var store = Open();
        store.Join(Member(1), TimeSpan.FromMinutes(1));
        store.Join(Member(2), TimeSpan.FromMinutes(1));
        Execute("UPDATE OrleansBuiltinMember SET LeaseUntil = LeaseUntil + interval '1 hour' WHERE Silo = '" + Member(2).Silo.ToParsableString() + "' AND ClusterId = '" + _clusterId + "'");

        var read = store.Read(0);
        var dead = read.Pulses.Single(static pulse => pulse.Silo.Equals(Member(2).Silo));

        Assert.True(dead.IsExpired);
        Assert.Equal(1, store.Evict(read.Version, [dead]));
    }

    [Fact]
    public void Renewal_that_waits_for_a_lock_gives_up_in_time_and_leaves_no_lock()
    {
        using var patient = Open();
        patient.Join(Member(1), TimeSpan.FromMinutes(1));
        using var store = new AdoNetMembershipStore(Database(postgres.ConnectionString), _clusterId);
        using var other = new NpgsqlConnection(postgres.ConnectionString + ";Pooling=false");
        other.Open();
        using (var transaction = other.BeginTransaction())
        {
            using var hold = other.CreateCommand();
            hold.Transaction = transaction;
            hold.CommandText = "SELECT 1 FROM OrleansBuiltinMember WHERE ClusterId = '" + _clusterId + "' FOR UPDATE";
            hold.ExecuteScalar();

            var started = TimeProvider.System.GetTimestamp();
            var error = Assert.ThrowsAny<Exception>(() => store.Renew(Member(1).Silo, TimeSpan.FromMinutes(1), 0));
            Assert.True(StoreAway.IsCause(error), error.ToString());
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Deadline.Limit);
            transaction.Rollback();
        }

        Assert.True(patient.Renew(Member(1).Silo, TimeSpan.FromMinutes(1), 0).IsMember);
    }

    [Theory]
    [InlineData("Npgsql", "Host=localhost;Password=geh;eim=1;Username=x")]
    [InlineData("Npgsql", "Host=localhost;Port=geheim")]
    [InlineData("Npgsql", "geheim")]
    [InlineData("Other", "Password=geheim")]
    public void Wrong_options_are_refused_without_their_secrets(string invariant, string connectionString)
    {
        var error = Assert.Throws<OrleansConfigurationException>(() => AdoNetDatabase.Of("Options", invariant, connectionString));
        Assert.DoesNotContain("geh", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("eim", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Refused_connection_does_not_tell_the_password()
    {
        using var store = new AdoNetMembershipStore(Database("Host=127.0.0.1;Port=1;Username=x;Password=geheim"), "c");
        var error = Assert.ThrowsAny<Exception>(() => store.Read(0));
        Assert.DoesNotContain("geheim", error.ToString(), StringComparison.Ordinal);
        Assert.True(StoreAway.IsCause(error));
        Assert.DoesNotContain("geheim", StoreAway.Describe(error), StringComparison.Ordinal);
    }

    private protected override IMembershipStore Open() => new AdoNetMembershipStore(Database(postgres.ConnectionString), _clusterId, PatienceSeconds);

    private static AdoNetDatabase Database(string connectionString) => AdoNetDatabase.Of("Options", "Npgsql", connectionString);

    private void Execute(string sql, string? connectionString = null)
    {
        using var connection = new NpgsqlConnection((connectionString ?? postgres.ConnectionString) + ";Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Names of this test only.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
