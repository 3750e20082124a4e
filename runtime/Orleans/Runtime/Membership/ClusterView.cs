using System.Collections.Immutable;

namespace Orleans.Runtime.Membership;

/// <summary>Who is in the cluster, as of one version. Views are ordered by version; equal versions are equal views.</summary>
internal sealed record ClusterView(long Version, ImmutableArray<ClusterMember> Members)
{
    public static ClusterView Empty { get; } = new(0, []);
}
