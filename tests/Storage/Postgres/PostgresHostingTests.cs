using System.Collections.Concurrent;
using Engine.Grains.Consumers;
using Engine.Grains.Journal;
using Engine.Grains.Keys;
using Engine.Storage.Hosting;
using Engine.Storage.Postgres;
using Engine.Storage.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Storage;

namespace Engine.Storage.Tests.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class PostgresHostingTests(SharedPostgres postgres)
{
    private const string Secret = "h0rse-battery";

    [Fact]
    public async Task Add_RegistersEveryStoreAndOpensThemBeforeTheHostStarts()
    {
        var database = await postgres.Server.CreateDatabaseAsync();
        await using var services = Build(options => options.ConnectionString = database);
        Assert.Same(services.GetRequiredService<IJournal>(), services.GetRequiredService<IJournal>());
        Assert.NotNull(services.GetRequiredService<IConsumerStore>());
        Assert.NotNull(services.GetRequiredService<IReminderTable>());
        Assert.NotNull(services.GetRequiredKeyedService<IGrainStorageSerializer>("engine"));
        // Unkeyed it would also serve the streams' own store.
        Assert.Null(services.GetService<IGrainStorageSerializer>());
        foreach (var service in services.GetServices<IHostedService>().OfType<IHostedLifecycleService>()) await service.StartingAsync(default);
        Assert.Equal([1, 2], await services.GetRequiredService<IKeyStore>().CreateAsync("shop", "", [1, 2]));
    }

    [Fact]
    public void Options_OutOfRange_AreAllNamedAtStart()
    {
        using var services = Build(options =>
            (options.ConnectionString, options.Writers, options.PoolSize, options.PollInterval) = ("", 0, 0, TimeSpan.Zero));
        var faults = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());
        foreach (var name in new[] { "ConnectionString", "Writers", "PoolSize", "PollInterval" })
            Assert.Contains(faults.Failures, failure => failure.Contains(name, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData($"Host=db;Password=a;{Secret};Username=u")]
    [InlineData($"Host=db;Password=a;{Secret}=b")]
    [InlineData($"Host=db;Port={Secret}")]
    [InlineData($"Password='{Secret}")]
    [InlineData($"Password={Secret}")]
    public void Options_ConnectionStringNotReadable_IsRefusedWithoutRepeatingIt(string connectionString)
    {
        using var services = Build(options => options.ConnectionString = connectionString);
        var faults = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());
        Assert.DoesNotContain(Secret, faults.ToString(), StringComparison.Ordinal);
        Assert.Contains("ConnectionString", faults.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Password_NeverStandsInAnExceptionOrALog()
    {
        using var logs = new Logs();
        var here = new Npgsql.NpgsqlConnectionStringBuilder(postgres.Server.ConnectionString);
        string[] connections =
        [
            // Nobody listens; no such database; no such user.
            $"Host=127.0.0.1;Port=1;Username=u;Password={Secret};Timeout=1",
            $"Host={here.Host};Port={here.Port};Username=postgres;Database=nowhere;Password={Secret}",
            $"Host={here.Host};Port={here.Port};Username=nobody;Database=postgres;Password={Secret}",
        ];
        foreach (var connection in connections)
        {
            await using var services = Build(
                options =>
                {
                    options.ConnectionString = connection;
                    options.StartWaitMax = options.OutageWaitMax = TimeSpan.FromMilliseconds(100);
                },
                logs);
            var storage = services.GetRequiredService<PostgresStorage>();
            Exception?[] failures =
            [
                await Record.ExceptionAsync(() => storage.OpenAsync()),
                await Record.ExceptionAsync(() => storage.Keys.ReadAsync("shop", "")),
                await Record.ExceptionAsync(() => storage.Journal.OpenAppender(new StreamName("a", "b", "c"), 0).AppendAsync(default)),
            ];
            Assert.All(failures, failure => Assert.DoesNotContain(Secret, Assert.IsType<JournalUnavailableException>(failure).ToString(), StringComparison.Ordinal));
            Assert.DoesNotContain(Secret, storage.Database.Source.ConnectionString, StringComparison.Ordinal);
        }

        Assert.NotEmpty(logs.Lines);
        Assert.All(logs.Lines, line => Assert.DoesNotContain(Secret, line, StringComparison.Ordinal));
    }

    private static ServiceProvider Build(Action<PostgresStorageOptions> configure, ILoggerProvider? logs = null) =>
        new ServiceCollection()
            .AddLogging(logging =>
            {
                logging.SetMinimumLevel(LogLevel.Trace);
                if (logs is not null) logging.AddProvider(logs);
            })
            .AddEnginePostgresStorage(configure).BuildServiceProvider();

    private sealed class Logs : ILoggerProvider, ILogger
    {
        public ConcurrentBag<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
