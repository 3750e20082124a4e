using System.Diagnostics.Metrics;
using Engine.Grains;
using Engine.Grains.Consumers;
using Engine.Grains.Journal;
using Engine.Grains.Keys;
using Engine.Grains.Views;
using Engine.Storage.Postgres;
using Engine.Storage.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.Storage;

namespace Engine.Storage.Hosting;

/// <summary>Registers the storage that a cluster shares.</summary>
public static class PostgresStorageServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IJournal"/>, <see cref="IKeyStore"/>, <see cref="IConsumerStore"/>, <see cref="IViewStore"/> and Orleans'
    /// <see cref="IReminderTable"/> on a PostgreSQL database. It is opened, and its schema brought up to date, before any
    /// other service of the host starts, and let go with the container.
    /// </summary>
    /// <remarks>
    /// Grain storage is the official ADO.NET provider's: the silo adds <c>AddAdoNetGrainStorage(grainStorageName, …)</c>, and
    /// finds here, under that name, the serializer it shall use, and in the database the tables it expects.
    /// </remarks>
    /// <param name="grainStorageName">As grains name it in <c>[PersistentState("...", "engine")]</c>.</param>
    /// <exception cref="OptionsValidationException">At the host's start: an option is out of range.</exception>
    /// <exception cref="JournalUnavailableException">At the host's start: the database cannot be reached.</exception>
    /// <exception cref="StorageSchemaException">At the host's start: a newer Engine changed the schema.</exception>
    public static IServiceCollection AddEnginePostgresStorage(
        this IServiceCollection services, Action<PostgresStorageOptions> configure, string grainStorageName = "engine")
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptions<PostgresStorageOptions>().Configure(configure).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<PostgresStorageOptions>, PostgresStorageOptionsValidator>();
        services.AddSingleton(provider => new StorageMetrics(provider.GetService<IMeterFactory>()));
        services.AddSingleton(provider => new PostgresStorage(new PostgresContext(
            provider.GetRequiredService<IOptions<PostgresStorageOptions>>().Value,
            provider.GetService<EngineClock>()?.Time ?? TimeProvider.System,
            provider.GetService<ILoggerFactory>()?.CreateLogger("Engine.Storage") ?? NullLogger.Instance,
            provider.GetRequiredService<StorageMetrics>())));
        services.AddHostedService<PostgresStorageStart>();

        services.AddSingleton<IJournal>(provider => provider.GetRequiredService<PostgresStorage>().Journal);
        services.AddSingleton(provider => provider.GetRequiredService<PostgresStorage>().Keys);
        services.AddSingleton(provider => provider.GetRequiredService<PostgresStorage>().Consumers);
        services.AddSingleton(provider => provider.GetRequiredService<PostgresStorage>().Views);
        services.AddSingleton(provider => provider.GetRequiredService<PostgresStorage>().Reminders);
        services.AddKeyedSingleton<IGrainStorageSerializer, ProtobufGrainStorageSerializer>(grainStorageName);
        return services;
    }
}
