using Orleans.Configuration;

namespace Orleans.Runtime.Membership;

/// <summary>
/// The times of the membership. A silo that nobody reaches is evicted one lease after its last renewal was first seen, so between
/// <c>Lease - RenewPeriod</c> and <c>Lease + 2 * RenewPeriod</c> after its death; one whose process is gone, as its port tells, after
/// a quarter of that. A silo that cannot renew stops answering <c>Lease - Margin</c> after it sent its last successful renewal.
/// </summary>
internal sealed class ClusterLeaseOptions
{
    /// <summary>How long a renewal holds. <value>Default 4 s.</value></summary>
    /// <remarks>Unless set here it follows from <see cref="ClusterMembershipOptions"/> where those are not at their defaults.</remarks>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>How often a silo renews. <value>Default 0.5 s.</value></summary>
    public TimeSpan RenewPeriod { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// By how much a silo gives up before its lease ends: what clocks of different speed and a call that is just being dispatched
    /// may cost. <value>Default 0.5 s.</value>
    /// </summary>
    public TimeSpan Margin { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a silo that starts goes on trying to reach the membership. <value>Default 30 s.</value></summary>
    public TimeSpan JoinTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A watcher that has not read the membership for longer than this starts to watch anew.</summary>
    public TimeSpan WatchGapMax => Lease / 2;

    /// <exception cref="OrleansConfigurationException">The times do not fit each other.</exception>
    public void Validate()
    {
        if (Margin <= TimeSpan.Zero || Margin > Lease / 2)
            throw new OrleansConfigurationException($"{nameof(ClusterLeaseOptions)}.{nameof(Margin)} must be positive and at most half the lease.");
        if (RenewPeriod <= TimeSpan.Zero || RenewPeriod > (Lease - Margin) / 3)
        {
            throw new OrleansConfigurationException(
                $"{nameof(ClusterLeaseOptions)}.{nameof(RenewPeriod)} must be positive and at most a third of what the lease is without its margin.");
        }
    }

    /// <summary>
    /// The official options speak of probes. Who changed them said how fast a silo is to be found dead: that time is the lease.
    /// </summary>
    public void Follow(ClusterMembershipOptions official)
    {
        var defaults = new ClusterMembershipOptions();
        if (official.NumMissedProbesLimit == defaults.NumMissedProbesLimit && official.ProbeTimeout == defaults.ProbeTimeout)
            return;
        var lease = official.ProbeTimeout * Math.Max(1, official.NumMissedProbesLimit);
        Lease = lease < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : lease;
        RenewPeriod = Lease / 8;
        Margin = Lease / 8;
    }
}
