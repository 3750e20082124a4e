namespace Orleans.Runtime.Membership;

/// <summary>A silo's way to a table in its own process.</summary>
internal sealed class MemoryMembershipStore(MemoryMembershipTable table) : IMembershipStore
{
    public bool Join(ClusterMember member, TimeSpan lease) => table.Join(member, lease);

    public MemberRenewal Renew(SiloAddress silo, TimeSpan lease, long knownVersion, IReadOnlyList<MemberPulse>? gone = null) =>
        table.Renew(silo, lease, knownVersion, gone ?? []);

    public bool Update(ClusterMember member) => table.Update(member);

    public int Evict(long version, IReadOnlyList<MemberPulse> members) => table.Evict(version, members);

    public void Leave(SiloAddress silo) => table.Leave(silo);

    public MemberRenewal Read(long knownVersion) => table.Read(knownVersion);

    public void Dispose()
    {
    }
}
