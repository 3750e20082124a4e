using Engine.Grains.Consumers;
using Engine.Grains.Keys;
using Engine.Grains.Views;
using Engine.Storage.Reminders;
using Engine.Storage.Sqlite.Journal;
using Engine.Storage.Sqlite.Views;
using Engine.Storage.State;

namespace Engine.Storage.Sqlite;

/// <summary>
/// Everything the embedded storage holds open: the directory's lock and three files. Opening migrates them, and blocks for
/// as long as that takes; nothing is served before.
/// </summary>
/// <remarks>
/// Three files because they have different lives: <c>journal.db</c> is the truth and only grows; <c>state.db</c> holds
/// what is small and must be erasable (keys above all); <c>views.db</c> can be thrown away. Each has a writer of its own,
/// so a rebuild of the views does not stand in the way of an append.
/// </remarks>
internal sealed class SqliteStorage : IDisposable
{
    private readonly SqliteDataDirectory _directory;
    private readonly SqliteFile _state;
    private readonly SqliteFile _views;
    private bool _disposed;

    /// <exception cref="DataDirectoryInUseException">Another process holds the directory.</exception>
    /// <exception cref="StorageSchemaException">A newer Engine wrote the files.</exception>
    public SqliteStorage(SqliteContext context)
    {
        _directory = SqliteDataDirectory.Open(context.Options.DataDirectory);
        try
        {
            _state = SqliteFile.Open(_directory.StatePath, "Sqlite/Migrations/State/", context);
            _views = SqliteFile.Open(_directory.ViewsPath, "Sqlite/Migrations/Views/", context, rebuildable: true);
            Journal = new SqliteJournal(_directory.JournalPath, context);
            Keys = new SqliteKeyStore(_state);
            Consumers = new SqliteConsumerStore(_state, context.Time);
            Views = new SqliteViewStore(_views);
            Reminders = new ReminderTable(new SqliteReminderStore(_state));
            GrainStates = new SqliteGrainStateStore(_state);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public SqliteJournal Journal { get; } = null!;

    public IKeyStore Keys { get; } = null!;

    public IConsumerStore Consumers { get; } = null!;

    public IViewStore Views { get; } = null!;

    public IReminderTable Reminders { get; } = null!;

    public IGrainStateStore GrainStates { get; } = null!;

    public string FullPath => _directory.FullPath;

    /// <summary>Writes what waits, closes the files, lets go of the directory.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        Journal?.Dispose();
        _views?.Dispose();
        _state?.Dispose();
        _directory.Dispose();
    }
}
