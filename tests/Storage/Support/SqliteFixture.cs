using Engine.Grains.Consumers;
using Engine.Grains.Journal;
using Engine.Grains.Keys;
using Engine.Grains.Views;
using Engine.Storage.Sqlite;
using Engine.Storage.State;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Storage;

namespace Engine.Storage.Tests.Support;

/// <summary>The SQLite backend in a temporary directory of its own.</summary>
internal sealed class SqliteFixture : IStoreFixture, IDisposable
{
    private readonly Action<SqliteStorageOptions>? _configure;
    private readonly StorageMetrics _metrics = new();

    public SqliteFixture(Action<SqliteStorageOptions>? configure = null)
    {
        _configure = configure;
        Storage = Open();
    }

    public string Folder { get; } = Path.Combine(Path.GetTempPath(), "engine-storage-tests", Guid.NewGuid().ToString("N"));

    public SqliteStorage Storage { get; private set; }

    public IJournal Journal => Storage.Journal;

    public IKeyStore Keys => Storage.Keys;

    public IConsumerStore Consumers => Storage.Consumers;

    public IViewStore Views => Storage.Views;

    public IReminderTable Reminders => Storage.Reminders;

    public IGrainStorage GrainStorage => new GrainStorage(Storage.GrainStates, new ProtobufGrainStorageSerializer());

    public long JournalTransactions => Storage.Journal.Transactions;

    public SqliteStorage Open()
    {
        var options = new SqliteStorageOptions { DataDirectory = Folder, SiloName = "silo-a" };
        _configure?.Invoke(options);
        return new SqliteStorage(new SqliteContext(options, TimeProvider.System, NullLogger.Instance, _metrics));
    }

    public Task ReopenAsync()
    {
        Storage.Dispose();
        Storage = Open();
        return Task.CompletedTask;
    }

    public int? CountHeld(IEnumerable<byte[]> sequences)
    {
        var contents = Directory.GetFiles(Folder)
            .Where(file => !file.EndsWith(".lock", StringComparison.Ordinal) && !file.EndsWith("-shm", StringComparison.Ordinal))
            .Select(Read).ToArray();
        return sequences.Count(sequence => contents.Any(content => content.AsSpan().IndexOf(sequence) >= 0));
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose()
    {
        Storage.Dispose();
        _metrics.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private static byte[] Read(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
