using System.Diagnostics.Metrics;
using Engine.Grains;
using Engine.Grains.Consumers;
using Engine.Grains.Journal;
using Engine.Grains.Keys;
using Engine.Grains.Views;
using Engine.Storage.Sqlite;
using Engine.Storage.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.Storage;

namespace Engine.Storage.Hosting;

/// <summary>Registers the embedded storage.</summary>
public static class SqliteStorageServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IJournal"/>, <see cref="IKeyStore"/>, <see cref="IConsumerStore"/>, <see cref="IViewStore"/>, Orleans'
    /// <see cref="IReminderTable"/> and, under its name, <see cref="IGrainStorage"/> on SQLite files. They are opened, and
    /// their schema brought up to date, when the first of them is resolved, and closed with the container.
    /// </summary>
    /// <param name="grainStorageName">As grains name it in <c>[PersistentState("...", "engine")]</c>.</param>
    /// <exception cref="DataDirectoryInUseException">On resolving: another process has the data directory.</exception>
    /// <exception cref="StorageSchemaException">On resolving: a newer Engine wrote the files.</exception>
    public static IServiceCollection AddEngineSqliteStorage(
        this IServiceCollection services, Action<SqliteStorageOptions>? configure = null, string grainStorageName = "engine")
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<SqliteStorageOptions>().Configure(configure ?? (_ => { })).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider => new StorageMetrics(provider.GetService<IMeterFactory>()));
        services.AddSingleton(provider => new SqliteStorage(new SqliteContext(
            provider.GetRequiredService<IOptions<SqliteStorageOptions>>().Value,
            provider.GetService<EngineClock>()?.Time ?? TimeProvider.System,
            provider.GetService<ILoggerFactory>()?.CreateLogger("Engine.Storage") ?? NullLogger.Instance,
            provider.GetRequiredService<StorageMetrics>())));

        services.AddSingleton<IJournal>(provider => provider.GetRequiredService<SqliteStorage>().Journal);
        services.AddSingleton(provider => provider.GetRequiredService<SqliteStorage>().Keys);
        services.AddSingleton(provider => provider.GetRequiredService<SqliteStorage>().Consumers);
        services.AddSingleton(provider => provider.GetRequiredService<SqliteStorage>().Views);
        services.AddSingleton(provider => provider.GetRequiredService<SqliteStorage>().Reminders);
        services.AddKeyedSingleton<IGrainStorageSerializer, ProtobufGrainStorageSerializer>(grainStorageName);
        services.AddKeyedSingleton<IGrainStorage>(grainStorageName, (provider, name) => new GrainStorage(
            provider.GetRequiredService<SqliteStorage>().GrainStates,
            provider.GetRequiredKeyedService<IGrainStorageSerializer>(name)));
        return services;
    }
}
