using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Orleans.Runtime.Membership;

/// <summary>The services of the membership.</summary>
internal static class MembershipServices
{
    /// <summary>
    /// Where one process has the table and all silos, a lease protects from nothing, and one that ran out because the machine stood
    /// still would make a silo refuse calls that it could answer.
    /// </summary>
    private static readonly TimeSpan LeaseWithinProcess = TimeSpan.FromMinutes(10);

    public static void AddMembership(IServiceCollection services)
    {
        services.AddOptions<ClusterLeaseOptions>()
            .Configure<IOptions<ClusterMembershipOptions>, IMembershipStoreFactory>(static (options, official, store) =>
            {
                if (store.IsWithinProcess)
                    options.Lease = LeaseWithinProcess;
                options.Follow(official.Value);
            });
        services.TryAddSingleton(static provider => new MembershipMetrics(provider.GetService<IMeterFactory>()));
        services.TryAddSingleton<IMembershipStoreFactory>(static provider => new MemoryMembershipStoreFactory(provider, primary: null));
        services.TryAddSingleton(static provider =>
        {
            var options = provider.GetRequiredService<IOptions<ClusterLeaseOptions>>().Value;
            options.Validate();
            return new ClusterMembership(
                provider.GetRequiredService<IMembershipStoreFactory>().Create(), options, ClockOf(provider),
                provider.GetRequiredService<MembershipMetrics>(), provider.GetRequiredService<ILogger<ClusterMembership>>());
        });
        services.TryAddSingleton<IClusterMembership>(static provider => provider.GetRequiredService<ClusterMembership>());
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, MembershipParticipant>();
    }

    /// <summary>Members are in a table of this process, that of the primary silo or of this one.</summary>
    public static void UseMemory(IServiceCollection services, IPEndPoint? primary) =>
        services.Replace(ServiceDescriptor.Singleton<IMembershipStoreFactory>(provider => new MemoryMembershipStoreFactory(provider, primary)));

    /// <summary>Members are in this table, whatever their endpoints: for clusters of tests.</summary>
    public static void UseMemory(IServiceCollection services, MemoryMembershipTable table) =>
        services.Replace(ServiceDescriptor.Singleton<IMembershipStoreFactory>(new SharedMembershipStoreFactory(table)));

    /// <summary>Membership keeps real time whatever clock the rest runs on, unless it is given one by its own key.</summary>
    private static TimeProvider ClockOf(IServiceProvider provider) =>
        provider.GetKeyedService<TimeProvider>(TimeProviderNames.Membership) ?? TimeProvider.System;
}
