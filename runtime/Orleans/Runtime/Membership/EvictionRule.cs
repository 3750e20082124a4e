namespace Orleans.Runtime.Membership;

/// <summary>
/// When a member counts as dead: a pure function of what was read of it and for how long that has stood still.
/// </summary>
/// <remarks>
/// <para>
/// A lease is the price of not knowing: a silo that is frozen, busy or cut off looks like one that is dead, and only its lease
/// says when it has stopped to answer. But most silos that end are not cut off, their process is gone, and that has a witness:
/// the kernel of their machine, which refuses connections to a port on which nobody listens. It refuses none for a process that
/// is stopped, starved or deaf, since those still own the port; and a silo listens from before it joins until after it has left.
/// So to wait for the lease of a silo whose port refuses is to wait for nothing.
/// </para>
/// <para>
/// What can refuse in place of the kernel is a firewall or a proxy on the way. Therefore one silo's word is not enough where there are
/// two who could give it, and the silo must have stood still for a quarter of a lease besides: one that is alive renews through
/// the store, not through its port, and every renewal makes what was said of it before void. What is left is a silo that has lost
/// the store while something else refuses the others in its place: it could answer reads from memory until its own lease ends, and its
/// writes fail at the storage's fence, as for any activation that exists twice.
/// </para>
/// </remarks>
internal static class EvictionRule
{
    private const int WitnessesMax = 2;
    private const int QuietShare = 4;

    /// <summary>How many members must have found a member's port closed: two, or one where there is only one other.</summary>
    /// <param name="members">All members, the suspected one included.</param>
    public static int WitnessesNeeded(int members) => Math.Clamp(members - 1, 1, WitnessesMax);

    /// <summary>For how long a member whose port refuses must not have renewed; whose renewals are late by as much is asked.</summary>
    public static TimeSpan Quiet(MemberPulse member, TimeSpan ownLease) => Longer(member.Lease, ownLease) / QuietShare;

    /// <summary>
    /// For how long the counter of a member whose lease has expired must not have moved: through the longer one of both leases. The
    /// other stops a margin before its lease ends, so half a margin less is still safe: enough when its port refuses.
    /// </summary>
    public static TimeSpan Patience(MemberPulse member, ClusterLeaseOptions options, bool isRefused) =>
        isRefused && member.Lease == options.Lease ? options.Lease - (options.Margin / 2) : Longer(member.Lease, options.Lease);

    /// <summary>Whether as many as are needed say that its process is gone.</summary>
    public static bool IsGone(MemberPulse member, bool isRefused, int members) =>
        member.Witnesses + (isRefused ? 1 : 0) >= WitnessesNeeded(members);

    /// <param name="member">As last read.</param>
    /// <param name="still">For how long its renewals are known not to have moved.</param>
    /// <param name="options">Those of the silo that asks.</param>
    /// <param name="isRefused">Whether the member's port has refused the silo that asks since.</param>
    /// <param name="members">All members, the suspected one included.</param>
    public static bool IsDead(MemberPulse member, TimeSpan still, ClusterLeaseOptions options, bool isRefused, int members) =>
        (member.IsExpired && still >= Patience(member, options, isRefused))
        || (IsGone(member, isRefused, members) && still >= Quiet(member, options.Lease));

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
