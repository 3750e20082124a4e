using Engine.Grains.Consumers;
using Engine.Grains.Journal;
using Engine.Grains.Keys;
using Engine.Grains.Views;
using Engine.Storage.Hosting;
using Engine.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Storage;

namespace Engine.Storage.Tests.Sqlite;

public sealed class SqliteHostingTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "engine-storage-tests", Guid.NewGuid().ToString("N"));

    [Fact]
    public async Task Add_RegistersEveryStoreOnOneDirectoryAndClosesItWithTheContainer()
    {
        for (var start = 1; start <= 2; start++)
        {
            await using var services = Build(options => options.DataDirectory = Path.Combine(_folder, "deep", "data"));
            Assert.Same(services.GetRequiredService<IJournal>(), services.GetRequiredService<IJournal>());
            Assert.NotNull(services.GetRequiredService<IKeyStore>());
            Assert.NotNull(services.GetRequiredService<IConsumerStore>());
            Assert.NotNull(services.GetRequiredService<IViewStore>());
            Assert.NotNull(services.GetRequiredService<IReminderTable>());
            Assert.NotNull(services.GetRequiredKeyedService<IGrainStorage>("engine"));
            Assert.NotNull(services.GetRequiredKeyedService<IGrainStorageSerializer>("engine"));
            // Unkeyed it would also serve the streams' own store.
            Assert.Null(services.GetService<IGrainStorageSerializer>());
            await services.GetRequiredService<IKeyStore>().CreateAsync("shop", "", [1, 2, 3]);
            Assert.Equal(start, ((Storage.Sqlite.Journal.SqliteJournal)services.GetRequiredService<IJournal>()).Epoch);
        }
    }

    [Fact]
    public void Options_OutOfRange_AreAllNamedAtStart()
    {
        using var services = Build(options => (options.DataDirectory, options.ReadConnections, options.BatchWritesMax) = ("", 0, 0));
        var faults = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());
        Assert.Equal(3, faults.Failures.Count());
        foreach (var name in new[] { nameof(SqliteStorageOptions.DataDirectory), nameof(SqliteStorageOptions.ReadConnections), nameof(SqliteStorageOptions.BatchWritesMax) })
            Assert.Contains(faults.Failures, failure => failure.Contains(name, StringComparison.Ordinal));
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    private static ServiceProvider Build(Action<SqliteStorageOptions> configure) =>
        new ServiceCollection().AddEngineSqliteStorage(configure).BuildServiceProvider();
}
