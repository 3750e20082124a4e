using Engine.Grains;
using Engine.Grains.Consumers;
using Engine.Grains.Journal;
using Engine.Grains.Keys;
using Engine.Grains.Views;
using Engine.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Engine.Storage.Hosting;

/// <summary>Registers the embedded storage.</summary>
public static class SqliteStorageServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IJournal"/>, <see cref="IKeyStore"/>, <see cref="IConsumerStore"/> and <see cref="IViewStore"/> on
    /// SQLite files. They are opened, and their schema brought up to date, when the first of them is resolved, and closed
    /// with the container.
    /// </summary>
    public static IServiceCollection AddEngineSqliteStorage(
        this IServiceCollection services, Action<SqliteStorageOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<SqliteStorageOptions>().Configure(configure ?? (_ => { })).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider => new SqliteStorage(
            provider.GetRequiredService<IOptions<SqliteStorageOptions>>().Value,
            provider.GetService<EngineClock>()?.Time ?? TimeProvider.System));

        services.AddSingleton<IJournal>(provider => provider.GetRequiredService<SqliteStorage>().Journal);
        services.AddSingleton(provider => provider.GetRequiredService<SqliteStorage>().Keys);
        services.AddSingleton(provider => provider.GetRequiredService<SqliteStorage>().Consumers);
        services.AddSingleton(provider => provider.GetRequiredService<SqliteStorage>().Views);
        return services;
    }
}
