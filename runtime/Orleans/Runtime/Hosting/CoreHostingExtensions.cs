using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;
using Orleans.Runtime.Diagnostics;
using Orleans.Runtime.Hosting;
using Orleans.Runtime.Membership;

namespace Orleans.Hosting;

/// <summary>Clustering and tracing of a silo.</summary>
public static class CoreHostingExtensions
{
    /// <summary>A cluster on this machine, reached by loopback.</summary>
    /// <param name="builder">The silo.</param>
    /// <param name="siloPort">Port for other silos.</param>
    /// <param name="gatewayPort">Port for clients; 0 for no gateway.</param>
    /// <param name="primarySiloEndpoint">The silo that holds the cluster together; null for this one.</param>
    /// <param name="serviceId">The service.</param>
    /// <param name="clusterId">The cluster.</param>
    public static ISiloBuilder UseLocalhostClustering(
        this ISiloBuilder builder, int siloPort = EndpointOptions.DEFAULT_SILO_PORT,
        int gatewayPort = EndpointOptions.DEFAULT_GATEWAY_PORT, IPEndPoint? primarySiloEndpoint = null,
        string serviceId = "dev", string clusterId = "dev")
    {
        builder.Services.Configure<EndpointOptions>(options =>
        {
            options.AdvertisedIPAddress = IPAddress.Loopback;
            options.SiloPort = siloPort;
            options.GatewayPort = gatewayPort;
        });
        builder.Services.Configure<ClusterOptions>(options =>
        {
            options.ServiceId = serviceId;
            options.ClusterId = clusterId;
        });
        MembershipServices.UseMemory(builder.Services, primarySiloEndpoint);
        builder.Services.TryAddSingleton<ClusteringMark>();
        return builder;
    }

    /// <summary>Traces calls as activities of the sources <c>Microsoft.Orleans.*</c>.</summary>
    public static ISiloBuilder AddActivityPropagation(this ISiloBuilder builder)
    {
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IOutgoingGrainCallFilter, ActivityOutgoingFilter>());
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IIncomingGrainCallFilter, ActivityIncomingFilter>());
        return builder;
    }
}
