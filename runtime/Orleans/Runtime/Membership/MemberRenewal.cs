using System.Collections.Immutable;

namespace Orleans.Runtime.Membership;

/// <summary>What a renewal brought back.</summary>
/// <param name="IsMember">Whether the silo was still there to renew; otherwise it was evicted.</param>
/// <param name="Version">The version of the view.</param>
/// <param name="Pulses">All members, the asking one included.</param>
/// <param name="View">The view, when it is newer than the one the silo knew.</param>
internal sealed record MemberRenewal(bool IsMember, long Version, ImmutableArray<MemberPulse> Pulses, ClusterView? View);
