using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using Orleans.Runtime.AdoNet;

namespace Orleans.Runtime.Membership.AdoNet;

/// <summary>
/// The membership in a PostgreSQL database, over one connection that belongs to nobody else: a pool could be exhausted by
/// the very load under which a renewal matters. After any error the connection is dropped and the next call opens another.
/// </summary>
internal sealed class AdoNetMembershipStore : IMembershipStore
{
    /// <summary>Long enough for a loaded server, short enough for a second attempt within a lease.</summary>
    private const int UsualTimeoutSeconds = 2;
    private const int PrepareTimeoutSeconds = 30;
    private const string UndefinedTable = "42P01";
    private readonly AdoNetDatabase _database;
    private readonly string _clusterId;
    private DbConnection? _connection;
    private bool _isPrepared;

    /// <param name="timeoutSeconds">How long a connection and a statement may take; more for who has no lease to renew.</param>
    public AdoNetMembershipStore(AdoNetDatabase database, string clusterId, int timeoutSeconds = UsualTimeoutSeconds)
    {
        // Without a wait for the answer to a cancellation: it would come from a server that does not answer.
        _database = database.With(
            ("Pooling", false), ("Multiplexing", false), ("Enlist", false), ("Timeout", timeoutSeconds),
            ("Command Timeout", timeoutSeconds), ("Cancellation Timeout", -1), ("Application Name", "orleans membership"));
        _clusterId = clusterId;
    }

    public bool Join(ClusterMember member, TimeSpan lease) => Run(connection =>
    {
        Prepare(connection);
        using var command = connection.Command(
            MembershipSql.Join, ("cluster", _clusterId), ("silo", member.Silo.ToParsableString()), ("endpoint", member.Silo.Endpoint.ToString()),
            ("gateway", member.Gateway?.ToParsableString()), ("name", member.Name), ("status", (int)member.Status), ("lease", lease.TotalSeconds));
        return command.ExecuteNonQuery() > 0;
    });

    public MemberRenewal Renew(SiloAddress silo, TimeSpan lease, long knownVersion, IReadOnlyList<MemberPulse>? gone = null) => Run(connection =>
    {
        using var command = connection.Command(
            MembershipSql.Renew, ("cluster", _clusterId), ("silo", silo.ToParsableString()), ("lease", lease.TotalSeconds), ("known", knownVersion),
            ("gone", gone is null ? Array.Empty<string>() : [.. gone.Select(MembershipSql.MarkOf)]));
        using var reader = command.ExecuteReader();
        return Read(reader, knownVersion, silo);
    });

    public MemberRenewal Read(long knownVersion)
    {
        try
        {
            return Run(connection =>
            {
                using var command = connection.Command(MembershipSql.Read, ("cluster", _clusterId), ("known", knownVersion));
                using var reader = command.ExecuteReader();
                return Read(reader, knownVersion, asking: null);
            });
        }
        catch (DbException error) when (error.SqlState == UndefinedTable)
        {
            // The first silo, which makes the tables, has not started yet.
            return new MemberRenewal(IsMember: false, 0, [], null);
        }
    }

    public bool Update(ClusterMember member) => Run(connection =>
    {
        using var command = connection.Command(
            MembershipSql.Update, ("cluster", _clusterId), ("silo", member.Silo.ToParsableString()),
            ("gateway", member.Gateway?.ToParsableString()), ("name", member.Name), ("status", (int)member.Status));
        return command.ExecuteNonQuery() > 0;
    });

    public int Evict(long version, IReadOnlyList<MemberPulse> members) => Run(connection =>
    {
        using var command = connection.Command(
            MembershipSql.Evict, ("cluster", _clusterId), ("version", version),
            ("silos", members.Select(static member => member.Silo.ToParsableString()).ToArray()),
            ("renewals", members.Select(static member => member.Renewals).ToArray()));
        return command.ExecuteNonQuery();
    });

    public void Leave(SiloAddress silo) => Run(connection =>
    {
        using var command = connection.Command(MembershipSql.Leave, ("cluster", _clusterId), ("silo", silo.ToParsableString()));
        return command.ExecuteNonQuery();
    });

    public void Dispose() => Drop();

    private static MemberRenewal Read(DbDataReader reader, long knownVersion, SiloAddress? asking)
    {
        var isMember = false;
        var version = 0L;
        var pulses = ImmutableArray.CreateBuilder<MemberPulse>();
        var members = ImmutableArray.CreateBuilder<ClusterMember>();
        var marks = new List<string>();
        while (reader.Read())
        {
            isMember = reader.GetBoolean(0);
            version = reader.GetInt64(1);
            if (reader.IsDBNull(2))
                continue;
            var silo = SiloAddress.Parse(reader.GetString(2), CultureInfo.InvariantCulture);
            pulses.Add(new MemberPulse(
                silo, reader.GetInt64(3), TimeSpan.FromSeconds(reader.GetDouble(4)), TimeSpan.FromSeconds(reader.GetDouble(5))));
            if (!silo.Equals(asking) && !reader.IsDBNull(9))
                marks.AddRange(reader.GetFieldValue<string[]>(9));
            if (version > knownVersion)
            {
                members.Add(new ClusterMember(
                    silo, reader.IsDBNull(6) ? null : SiloAddress.Parse(reader.GetString(6), CultureInfo.InvariantCulture),
                    reader.GetString(7), (SiloStatus)reader.GetInt32(8)));
            }
        }

        return new MemberRenewal(
            isMember, version, WithWitnesses(pulses.ToImmutable(), marks), version > knownVersion ? ClusterView.Of(version, members) : null);
    }

    private static ImmutableArray<MemberPulse> WithWitnesses(ImmutableArray<MemberPulse> pulses, List<string> marks)
    {
        if (marks.Count == 0)
            return pulses;
        var counts = marks.CountBy(static mark => mark).ToDictionary(StringComparer.Ordinal);
        return [.. pulses.Select(pulse => pulse with { Witnesses = counts.GetValueOrDefault(MembershipSql.MarkOf(pulse)) })];
    }

    private TResult Run<TResult>(Func<DbConnection, TResult> run)
    {
        try
        {
            if (_connection is null)
            {
                _connection = _database.Connect();
                _connection.Open();
            }

            return run(_connection);
        }
        catch
        {
            Drop();
            throw;
        }
    }

    private void Prepare(DbConnection connection)
    {
        if (_isPrepared)
            return;
        using (var exists = connection.Command(MembershipSql.Exists))
        {
            // Whoever may not create tables finds them made by an operator.
            if (exists.ExecuteScalar() is not true)
            {
                using var create = connection.Command(MembershipSql.Create);
                create.CommandTimeout = PrepareTimeoutSeconds;
                create.ExecuteNonQuery();
            }
        }

        using (var cleanUp = connection.Command(MembershipSql.CleanUp, ("cluster", _clusterId)))
            cleanUp.ExecuteNonQuery();
        _isPrepared = true;
    }

    private void Drop()
    {
        var connection = _connection;
        _connection = null;
        connection?.Dispose();
    }
}
