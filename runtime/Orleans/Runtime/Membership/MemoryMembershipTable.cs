using System.Collections.Concurrent;
using System.Net;

namespace Orleans.Runtime.Membership;

/// <summary>
/// The membership of a cluster whose silos share a process. Rules and leases are those of the database, so that tests of one say
/// something of the other.
/// </summary>
internal sealed class MemoryMembershipTable(TimeProvider clock)
{
    private static readonly ConcurrentDictionary<(string ClusterId, IPEndPoint Primary), MemoryMembershipTable> Shared = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<SiloAddress, Row> _rows = [];
    private long _version;

    /// <summary>Set by tests: the store cannot be reached.</summary>
    public bool IsAway { get; set; }

    /// <summary>
    /// The table that belongs to the cluster of a primary silo. The primary begins a new one, since without it there was no cluster.
    /// </summary>
    public static MemoryMembershipTable Of(string clusterId, IPEndPoint primary, bool isPrimary) =>
        isPrimary
            ? Shared[(clusterId, primary)] = new MemoryMembershipTable(TimeProvider.System)
            : Shared.GetOrAdd((clusterId, primary), static _ => new MemoryMembershipTable(TimeProvider.System));

    /// <summary>Called by tests: a crash of the server lost a member's last renewals, as it may.</summary>
    public void Rewind(SiloAddress silo, int renewals, TimeSpan time)
    {
        lock (_gate)
        {
            if (!_rows.TryGetValue(silo, out var row))
                return;
            row.Renewals -= renewals;
            row.LeaseUntil -= time;
        }
    }

    public bool Join(ClusterMember member, TimeSpan lease)
    {
        lock (_gate)
        {
            Reach();
            if (_rows.ContainsKey(member.Silo))
                return false;
            foreach (var old in _rows.Keys.Where(silo => silo.Endpoint.Equals(member.Silo.Endpoint)).ToArray())
                _rows.Remove(old);
            _rows.Add(member.Silo, new Row { Member = member, Lease = lease, LeaseUntil = Now + lease });
            _version++;
            return true;
        }
    }

    public MemberRenewal Renew(SiloAddress silo, TimeSpan lease, long knownVersion, IReadOnlyList<MemberPulse> gone)
    {
        lock (_gate)
        {
            Reach();
            var isMember = _rows.TryGetValue(silo, out var row);
            if (isMember)
            {
                row!.Renewals++;
                row.Lease = lease;
                row.LeaseUntil = Now + lease;
                row.Gone = [.. gone.Select(static member => (member.Silo, member.Renewals))];
            }

            return Read(isMember, knownVersion, silo);
        }
    }

    public MemberRenewal Read(long knownVersion)
    {
        lock (_gate)
        {
            Reach();
            return Read(isMember: false, knownVersion, reader: null);
        }
    }

    public bool Update(ClusterMember member)
    {
        lock (_gate)
        {
            Reach();
            if (!_rows.TryGetValue(member.Silo, out var row))
                return false;
            row.Member = member;
            _version++;
            return true;
        }
    }

    public int Evict(long version, IReadOnlyList<MemberPulse> members)
    {
        lock (_gate)
        {
            Reach();
            if (_version != version)
                return 0;
            var dead = members
                .Where(member => _rows.TryGetValue(member.Silo, out var row) && row.Renewals == member.Renewals && MayEvict(PulseOf(row, Now, reader: null)))
                .ToArray();
            foreach (var member in dead)
                _rows.Remove(member.Silo);
            if (dead.Length > 0)
                _version++;
            return dead.Length;
        }
    }

    public void Leave(SiloAddress silo)
    {
        lock (_gate)
        {
            Reach();
            if (_rows.Remove(silo))
                _version++;
        }
    }

    private TimeSpan Now => clock.GetElapsedTime(0);

    private MemberRenewal Read(bool isMember, long knownVersion, SiloAddress? reader)
    {
        var now = Now;
        return new MemberRenewal(
            isMember,
            _version,
            [.. _rows.Values.Select(row => PulseOf(row, now, reader))],
            _version > knownVersion
                ? ClusterView.Of(_version, _rows.Values.Select(static row => row.Member))
                : null);
    }

    private bool MayEvict(MemberPulse member) => member.IsExpired || EvictionRule.IsGone(member, isRefused: false, _rows.Count);

    private MemberPulse PulseOf(Row row, TimeSpan now, SiloAddress? reader) => new(
        row.Member.Silo, row.Renewals, row.Lease, row.LeaseUntil - now,
        _rows.Values.Count(witness => !witness.Member.Silo.Equals(reader) && witness.Gone.Contains((row.Member.Silo, row.Renewals))));

    private void Reach()
    {
        if (IsAway)
            throw new TimeoutException("The membership table is away.");
    }

    private sealed class Row
    {
        public required ClusterMember Member { get; set; }

        public long Renewals { get; set; }

        public TimeSpan Lease { get; set; }

        public TimeSpan LeaseUntil { get; set; }

        public IReadOnlyList<(SiloAddress Silo, long Renewals)> Gone { get; set; } = [];
    }
}
