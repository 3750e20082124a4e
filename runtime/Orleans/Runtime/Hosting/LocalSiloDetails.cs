using System.Globalization;
using System.Net;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.Connections;

namespace Orleans.Runtime.Hosting;

/// <summary>Who this silo is, after its options. The gateway's port is known once it listens.</summary>
internal sealed class LocalSiloDetails : ILocalSiloDetails
{
    public LocalSiloDetails(IOptions<SiloOptions> silo, IOptions<ClusterOptions> cluster, IOptions<EndpointOptions> endpoints, SiloSocket socket)
    {
        ClusterId = cluster.Value.ClusterId;
        DnsHostName = Dns.GetHostName();
        SiloAddress = SiloAddress.New(
            endpoints.Value.AdvertisedIPAddress, socket.Port, SiloAddress.AllocateNewGeneration());
        GatewayAddress = SiloAddress.New(
            endpoints.Value.AdvertisedIPAddress, endpoints.Value.GatewayPort, SiloAddress.Generation);
        Name = silo.Value.SiloName is { Length: > 0 } name
            ? name
            : string.Create(CultureInfo.InvariantCulture, $"Silo_{SiloAddress.Generation:X}");
    }

    public string Name { get; }

    public string ClusterId { get; }

    public string DnsHostName { get; }

    public SiloAddress SiloAddress { get; }

    public SiloAddress GatewayAddress { get; private set; }

    public void GatewayListensAt(int port) =>
        GatewayAddress = SiloAddress.New(GatewayAddress.Endpoint.Address, port, SiloAddress.Generation);
}
