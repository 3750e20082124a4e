using System.Collections.Immutable;

namespace Orleans.Runtime.Membership;

/// <summary>Who is in the cluster, as of one version. Views are ordered by version; equal versions are equal views.</summary>
internal sealed record ClusterView(long Version, ImmutableArray<ClusterMember> Members)
{
    public static ClusterView Empty { get; } = new(0, []);

    /// <summary>Members in the order of their addresses, the same everywhere.</summary>
    public static ClusterView Of(long version, IEnumerable<ClusterMember> members) =>
        new(version, [.. members.OrderBy(static member => member.Silo)]);
}
