using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Orleans.Runtime.Hosting;

/// <summary>Refuses options that cannot work.</summary>
internal sealed class SiloOptionsValidator(
    IOptions<ClusterOptions> cluster, IOptions<GrainCollectionOptions> collection, IOptions<SiloMessagingOptions> messaging,
    IServiceProvider services) : IConfigurationValidator
{
    public void ValidateConfiguration()
    {
        Require(!string.IsNullOrWhiteSpace(cluster.Value.ClusterId), "ClusterOptions.ClusterId must not be empty.");
        Require(!string.IsNullOrWhiteSpace(cluster.Value.ServiceId), "ClusterOptions.ServiceId must not be empty.");
        Require(services.GetService<ClusteringMark>() is not null,
            "Clustering has not been configured. Configure it, for example with UseLocalhostClustering.");
        Require(messaging.Value.ResponseTimeout > TimeSpan.Zero, "SiloMessagingOptions.ResponseTimeout must be positive.");
        var options = collection.Value;
        Require(options.CollectionQuantum > TimeSpan.Zero, "GrainCollectionOptions.CollectionQuantum must be positive.");
        Require(options.CollectionAge > options.CollectionQuantum,
            "GrainCollectionOptions.CollectionAge must be greater than GrainCollectionOptions.CollectionQuantum.");
        foreach (var (name, age) in options.ClassSpecificCollectionAge)
        {
            Require(age > options.CollectionQuantum,
                $"GrainCollectionOptions.ClassSpecificCollectionAge of {name} must be greater than GrainCollectionOptions.CollectionQuantum.");
        }

        if (options.EnableActivationSheddingOnMemoryPressure)
        {
            Require(options.MemoryUsageLimitPercentage is > 0 and <= 100, "GrainCollectionOptions.MemoryUsageLimitPercentage must be from 0 to 100.");
            Require(options.MemoryUsageTargetPercentage > 0 && options.MemoryUsageTargetPercentage < options.MemoryUsageLimitPercentage,
                "GrainCollectionOptions.MemoryUsageTargetPercentage must be below MemoryUsageLimitPercentage.");
        }

        if (services.GetService<Reminders.LocalReminderService>() is not null)
        {
            Require(services.GetService<IReminderTable>() is not null,
                "Reminders need a table: register an IReminderTable or call UseInMemoryReminderService.");
            Require(services.GetRequiredService<IOptions<ReminderOptions>>().Value.MinimumReminderPeriod >= TimeSpan.Zero,
                "ReminderOptions.MinimumReminderPeriod must not be negative.");
        }
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
            throw new OrleansConfigurationException(message);
    }
}
