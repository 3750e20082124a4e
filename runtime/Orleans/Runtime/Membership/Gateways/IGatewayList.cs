using System.Collections.Immutable;
using System.Net;

namespace Orleans.Runtime.Membership.Gateways;

/// <summary>Where a client may connect.</summary>
internal interface IGatewayList
{
    /// <summary>
    /// The gateways of active silos, at most a few seconds old; as last read while the membership cannot be reached. Those of
    /// silos whose lease has expired are left out as long as there are others.
    /// </summary>
    /// <exception cref="OrleansConfigurationException">The list is not configured.</exception>
    /// <exception cref="OrleansException">The membership was never reached.</exception>
    Task<ImmutableArray<EndPoint>> GetAsync(CancellationToken cancellationToken);
}
