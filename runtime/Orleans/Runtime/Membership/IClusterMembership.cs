namespace Orleans.Runtime.Membership;

/// <summary>
/// A silo's own place in the cluster and its knowledge of the others. The messaging asks it who is there and whether this
/// silo may still answer; it knows nothing of grains.
/// </summary>
internal interface IClusterMembership
{
    /// <summary>The newest view known here.</summary>
    ClusterView View { get; }

    /// <summary>
    /// Whether this silo can prove that it still holds its lease: monotonic time at the sending of the last renewal, plus lease,
    /// minus margin, is ahead. Asked at every dispatch: a volatile read and a comparison.
    /// </summary>
    bool MayDispatch { get; }

    /// <summary>Raised for each newer view, one at a time and in order, never on a caller's thread.</summary>
    event Action<ClusterView>? ViewChanged;

    /// <summary>Raised once when another member has evicted this silo: its identity is over and the process must go.</summary>
    event Action? Evicted;

    /// <summary>Says that a newer view may exist (a peer said so, or a connection broke), so that it is read soon.</summary>
    void Hint();

    /// <summary>Raised for a member that should have renewed, so that somebody asks at its port. Never on a caller's thread.</summary>
    event Action<SiloAddress>? Late;

    /// <summary>
    /// Says that the port of a member has just refused a new connection: its process is gone, unless something on the way has
    /// refused in its place. See <see cref="EvictionRule"/> for what becomes of it.
    /// </summary>
    void Refused(SiloAddress silo) => Hint();
}
