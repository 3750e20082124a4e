using Engine.Grains.Consumers;
using Engine.Grains.Journal;
using Engine.Grains.Keys;
using Engine.Grains.Views;
using Engine.Storage.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Storage;

namespace Engine.Storage.Tests.Support;

/// <summary>The PostgreSQL backend in a database of its own.</summary>
internal sealed class PostgresFixture : IStoreFixture
{
    private readonly Action<PostgresStorageOptions>? _configure;
    private readonly StorageMetrics _metrics = new();

    public PostgresFixture(string connectionString, Action<PostgresStorageOptions>? configure = null)
    {
        ConnectionString = connectionString;
        _configure = configure;
        Storage = New();
    }

    public string ConnectionString { get; }

    public PostgresStorage Storage { get; private set; }

    public IJournal Journal => Storage.Journal;

    public IKeyStore Keys => Storage.Keys;

    public IConsumerStore Consumers => Storage.Consumers;

    public IViewStore Views => Storage.Views;

    public IReminderTable Reminders => Storage.Reminders;

    /// <summary>The official provider's, on this backend: the silo's tests have it.</summary>
    public IGrainStorage GrainStorage => throw new NotSupportedException();

    public long JournalTransactions => Storage.Journal.Transactions;

    public static async Task<PostgresFixture> OpenAsync(string connectionString, Action<PostgresStorageOptions>? configure = null)
    {
        var fixture = new PostgresFixture(connectionString, configure);
        await fixture.Storage.OpenAsync();
        return fixture;
    }

    /// <summary>Another process on the same database.</summary>
    public PostgresStorage New(string silo = "silo-a")
    {
        var options = new PostgresStorageOptions { ConnectionString = ConnectionString, SiloName = silo };
        _configure?.Invoke(options);
        return new PostgresStorage(new PostgresContext(options, TimeProvider.System, NullLogger.Instance, _metrics));
    }

    public async Task ReopenAsync()
    {
        await Storage.DisposeAsync();
        Storage = New();
        await Storage.OpenAsync();
    }

    /// <summary>The server's files are its own.</summary>
    public int? CountHeld(IEnumerable<byte[]> sequences) => null;

    public async ValueTask DisposeAsync()
    {
        await Storage.DisposeAsync();
        _metrics.Dispose();
    }
}
