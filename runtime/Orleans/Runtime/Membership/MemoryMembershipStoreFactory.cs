using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Orleans.Runtime.Membership;

/// <summary>Finds the table of the primary silo, which is this one when none is named.</summary>
internal sealed class MemoryMembershipStoreFactory(IServiceProvider services, IPEndPoint? primary) : IMembershipStoreFactory
{
    public bool IsWithinProcess => true;

    public IMembershipStore Create()
    {
        var own = services.GetRequiredService<ILocalSiloDetails>().SiloAddress.Endpoint;
        var clusterId = services.GetRequiredService<IOptions<ClusterOptions>>().Value.ClusterId;
        return new MemoryMembershipStore(MemoryMembershipTable.Of(clusterId, primary ?? own, primary is null || primary.Equals(own)));
    }
}
