using Engine.Grains.Consumers;
using Engine.Grains.Keys;
using Engine.Grains.Views;
using Engine.Storage.Postgres.Connections;
using Engine.Storage.Postgres.Journal;
using Engine.Storage.Postgres.Views;
using Engine.Storage.Reminders;

namespace Engine.Storage.Postgres;

/// <summary>
/// Everything that one process has of the shared database. Made without a connection; opened by <see cref="OpenAsync"/>, or
/// by the first call, which then waits for it.
/// </summary>
internal sealed class PostgresStorage : IAsyncDisposable
{
    /// <exception cref="ArgumentException">The connection string cannot be read.</exception>
    public PostgresStorage(PostgresContext context)
    {
        Database = new PostgresDatabase(context);
        Journal = new PostgresJournal(Database);
        Keys = new PostgresKeyStore(Database);
        Consumers = new PostgresConsumerStore(Database);
        Views = new PostgresViewStore(Database, Journal.ConsumerGroups);
        Reminders = new ReminderTable(new PostgresReminderStore(Database));
    }

    public PostgresDatabase Database { get; }

    public PostgresJournal Journal { get; }

    public IKeyStore Keys { get; }

    public IConsumerStore Consumers { get; }

    public IViewStore Views { get; }

    public IReminderTable Reminders { get; }

    /// <summary>Brings the schema up to date, or checks it.</summary>
    /// <exception cref="Grains.Journal.JournalUnavailableException">The database cannot be reached.</exception>
    /// <exception cref="StorageSchemaException">The schema is not one that this Engine can work with.</exception>
    public Task OpenAsync(CancellationToken cancellationToken = default) => Database.OpenAsync(cancellationToken);

    /// <summary>Writes what waits, if the database is there, and lets go of it.</summary>
    public async ValueTask DisposeAsync()
    {
        await Journal.DisposeAsync();
        await Database.DisposeAsync();
    }
}
