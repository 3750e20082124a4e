using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Orleans.Runtime.Membership.Gateways;

/// <summary>Gateways that were configured one by one.</summary>
internal sealed class StaticGatewayList(IOptions<StaticGatewayListProviderOptions> options) : IGatewayList
{
    public Task<ImmutableArray<EndPoint>> GetAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Gateways.Count == 0)
            throw new OrleansConfigurationException("Clustering has not been configured: the client knows no gateway.");
        return Task.FromResult<ImmutableArray<EndPoint>>(
        [
            .. options.Value.Gateways.Select(static gateway => IPAddress.TryParse(gateway.DnsSafeHost, out var address)
                ? (EndPoint)new IPEndPoint(address, gateway.Port)
                : new DnsEndPoint(gateway.DnsSafeHost, gateway.Port)),
        ]);
    }
}
