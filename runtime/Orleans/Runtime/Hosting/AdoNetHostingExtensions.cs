using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.Hosting;
using Orleans.Runtime.Membership;
using Orleans.Runtime.Membership.AdoNet;
using Orleans.Runtime.Membership.Gateways;

namespace Orleans.Hosting;

/// <summary>Clusters whose membership is in a relational database.</summary>
public static class AdoNetHostingExtensions
{
    /// <summary>The silo is a member of the cluster that the database knows by its cluster id.</summary>
    public static ISiloBuilder UseAdoNetClustering(this ISiloBuilder builder, Action<AdoNetClusteringSiloOptions> configureOptions) =>
        builder.UseAdoNetClustering(options => options.Configure(configureOptions));

    /// <summary>The silo is a member of the cluster that the database knows by its cluster id.</summary>
    public static ISiloBuilder UseAdoNetClustering(
        this ISiloBuilder builder, Action<OptionsBuilder<AdoNetClusteringSiloOptions>> configureOptions)
    {
        ArgumentNullException.ThrowIfNull(builder);
        configureOptions?.Invoke(builder.Services.AddOptions<AdoNetClusteringSiloOptions>());
        builder.Services.Replace(ServiceDescriptor.Singleton<IMembershipStoreFactory, AdoNetMembershipStoreFactory>());
        builder.Services.TryAddSingleton<ClusteringMark>();
        return builder;
    }

    /// <summary>The client finds gateways in the database.</summary>
    public static IClientBuilder UseAdoNetClustering(this IClientBuilder builder, Action<AdoNetClusteringClientOptions> configureOptions) =>
        builder.UseAdoNetClustering(options => options.Configure(configureOptions));

    /// <summary>The client finds gateways in the database.</summary>
    public static IClientBuilder UseAdoNetClustering(
        this IClientBuilder builder, Action<OptionsBuilder<AdoNetClusteringClientOptions>> configureOptions)
    {
        ArgumentNullException.ThrowIfNull(builder);
        configureOptions?.Invoke(builder.Services.AddOptions<AdoNetClusteringClientOptions>());
        builder.Services.Replace(ServiceDescriptor.Singleton<IGatewayList, AdoNetGatewayList>());
        return builder;
    }
}
