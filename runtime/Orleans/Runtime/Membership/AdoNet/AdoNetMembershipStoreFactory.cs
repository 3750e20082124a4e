using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.AdoNet;

namespace Orleans.Runtime.Membership.AdoNet;

/// <summary>Finds the membership of a silo's cluster in its database.</summary>
internal sealed class AdoNetMembershipStoreFactory(IOptions<AdoNetClusteringSiloOptions> options, IOptions<ClusterOptions> cluster)
    : IMembershipStoreFactory
{
    public IMembershipStore Create() => new AdoNetMembershipStore(
        AdoNetDatabase.Of(nameof(AdoNetClusteringSiloOptions), options.Value.Invariant, options.Value.ConnectionString),
        cluster.Value.ClusterId);
}
