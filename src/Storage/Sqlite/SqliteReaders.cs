using System.Collections.Concurrent;
using Engine.Grains.Journal;
using Engine.Storage.Sqlite.Native;

namespace Engine.Storage.Sqlite;

/// <summary>
/// Read connections of one file. Reads run on pool threads, each on a connection of its own, and see what was committed
/// when they began; they never block the writer, nor it them.
/// </summary>
internal sealed class SqliteReaders(string path, int connections) : IDisposable
{
    private readonly SemaphoreSlim _free = new(connections, connections);
    private readonly ConcurrentBag<SqliteSession> _idle = [];
    private volatile bool _closed;

    /// <exception cref="JournalUnavailableException">The store failed or is closed.</exception>
    public async Task<T> ReadAsync<T>(Func<SqliteSession, T> read, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(() => Read(read), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>Waits for reads under way, then closes the connections.</summary>
    public void Dispose()
    {
        if (_closed) return;
        _closed = true;
        for (var i = 0; i < connections; i++) _free.Wait();
        while (_idle.TryTake(out var session)) session.Dispose();
        _free.Release(connections);
    }

    private T Read<T>(Func<SqliteSession, T> read)
    {
        if (_closed) throw new JournalUnavailableException($"The store {Path.GetFileName(path)} is closed.");
        SqliteSession? session = null;
        try
        {
            if (!_idle.TryTake(out session))
            {
                session = SqliteSession.Open(path, readOnly: true);
                session.Run("PRAGMA temp_store = MEMORY");
            }

            var result = read(session);
            _idle.Add(session);
            return result;
        }
        catch (Exception cause)
        {
            // A statement left in the middle would hold its snapshot, and the log with it, for ever.
            session?.Dispose();
            if (cause is not SqliteFailureException) throw;
            throw new JournalUnavailableException($"Reading {Path.GetFileName(path)} failed.", cause);
        }
    }
}
