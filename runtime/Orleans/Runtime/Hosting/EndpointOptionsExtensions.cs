using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.Hosting;

/// <summary>Where a silo listens.</summary>
public static class EndpointOptionsExtensions
{
    public static ISiloBuilder ConfigureEndpoints(
        this ISiloBuilder builder, IPAddress advertisedIP, int siloPort, int gatewayPort, bool listenOnAnyHostAddress = false)
    {
        ArgumentNullException.ThrowIfNull(advertisedIP);
        builder.Services.Configure<EndpointOptions>(options =>
        {
            options.AdvertisedIPAddress = advertisedIP;
            options.SiloPort = siloPort;
            options.GatewayPort = gatewayPort;
            if (!listenOnAnyHostAddress)
                return;
            options.SiloListeningEndpoint = new IPEndPoint(IPAddress.Any, siloPort);
            options.GatewayListeningEndpoint = new IPEndPoint(IPAddress.Any, gatewayPort);
        });
        return builder;
    }

    public static ISiloBuilder ConfigureEndpoints(
        this ISiloBuilder builder, int siloPort, int gatewayPort, AddressFamily addressFamily = AddressFamily.InterNetwork,
        bool listenOnAnyHostAddress = false) =>
        builder.ConfigureEndpoints(null, siloPort, gatewayPort, addressFamily, listenOnAnyHostAddress);

    public static ISiloBuilder ConfigureEndpoints(
        this ISiloBuilder builder, string? hostname, int siloPort, int gatewayPort,
        AddressFamily addressFamily = AddressFamily.InterNetwork, bool listenOnAnyHostAddress = false)
    {
        var address = Dns.GetHostAddresses(hostname ?? Dns.GetHostName(), addressFamily)
            .OrderBy(static candidate => IPAddress.IsLoopback(candidate)).FirstOrDefault()
            ?? throw new OrleansConfigurationException($"'{hostname}' has no address of family {addressFamily}.");
        return builder.ConfigureEndpoints(address, siloPort, gatewayPort, listenOnAnyHostAddress);
    }
}
