namespace Orleans.Runtime.Membership;

/// <summary>
/// Where the members of a cluster are written down. Every method is one step that happens whole or not at all, and none leaves
/// a lock behind when its caller freezes. A store serves one silo and is called by one thread at a time; its calls block, since
/// a renewal must not depend on the thread pool, and give up by themselves after a few seconds.
/// </summary>
internal interface IMembershipStore : IDisposable
{
    /// <summary>
    /// Writes a new member with a first lease. Another member at the same endpoint is evicted: who joins has that port, so the
    /// other cannot be alive.
    /// </summary>
    /// <returns>False when this very identity is or was a member already.</returns>
    bool Join(ClusterMember member, TimeSpan lease);

    /// <summary>Begins a new lease and reads the members.</summary>
    /// <param name="knownVersion">The view is returned when it is newer than this.</param>
    /// <param name="gone">
    /// Members whose ports have refused this silo, with the renewals they were seen with. It says so until its next renewal, and
    /// of a member that renews nothing is said any more.
    /// </param>
    MemberRenewal Renew(SiloAddress silo, TimeSpan lease, long knownVersion, IReadOnlyList<MemberPulse>? gone = null);

    /// <summary>Changes a member's status and gateway.</summary>
    /// <returns>False when the silo is no member.</returns>
    bool Update(ClusterMember member);

    /// <summary>
    /// Removes members for good, if the view still has this version, if each still has the renewals it was seen with, and if its
    /// lease has expired by the store's clock or enough others say that its port refuses them (<see cref="EvictionRule"/>).
    /// </summary>
    /// <returns>The number of members that were removed.</returns>
    int Evict(long version, IReadOnlyList<MemberPulse> members);

    /// <summary>Removes the silo itself.</summary>
    void Leave(SiloAddress silo);

    /// <summary>The members, without being one.</summary>
    MemberRenewal Read(long knownVersion);
}
