using Engine.Grains.Consumers;
using Engine.Grains.Journal;
using Engine.Grains.Keys;
using Engine.Grains.Views;
using Orleans.Storage;

namespace Engine.Storage.Tests.Support;

/// <summary>A backend under test: opened empty, may be closed and opened again on the same data.</summary>
public interface IStoreFixture : IAsyncDisposable
{
    IJournal Journal { get; }

    IKeyStore Keys { get; }

    IConsumerStore Consumers { get; }

    IViewStore Views { get; }

    IReminderTable Reminders { get; }

    IGrainStorage GrainStorage { get; }

    /// <summary>Durable write transactions of the journal since it was opened.</summary>
    long JournalTransactions { get; }

    /// <summary>Closes everything and opens it again, as a restart does.</summary>
    Task ReopenAsync();

    /// <summary>
    /// How many of these byte sequences stand anywhere in what the backend keeps: files, logs. Null when its files are out
    /// of reach.
    /// </summary>
    int? CountHeld(IEnumerable<byte[]> sequences);
}
