using Engine.Storage.Sqlite.Native;
using Microsoft.Extensions.Logging;

namespace Engine.Storage.Sqlite.Writing;

/// <summary>
/// Keeps the write-ahead log short without stalling the writer. A pass on a thread of its own moves what is committed
/// into the database file while the writer goes on; it can never catch up with a busy writer, and the log only starts
/// over when all of it is moved. So after a pass the writer moves the rest itself: the few pages written since.
/// </summary>
internal sealed class WalCheckpointer : IDisposable
{
    /// <summary>About how many pages of 4 KiB go to the log between passes.</summary>
    private const long PagesPerPass = 8_000;

    /// <summary>A write touches a page of the table and one of an index, at most and not counting what it carries.</summary>
    private const int PagesPerWrite = 2;

    /// <summary>How far the log may run ahead of a pass; then the writer waits for it.</summary>
    private const long PagesAheadMax = 4 * PagesPerPass;

    private const int PageBytes = 4_096;
    private const int Idle = 0;
    private const int Running = 1;
    private const int Moved = 2;
    private readonly Lock _pass = new();
    private readonly SemaphoreSlim _wanted = new(0);
    private readonly string _path;
    private readonly ILogger _logger;
    private readonly Thread _thread;
    private long _pages;
    private int _state;
    private volatile bool _stopping;

    public WalCheckpointer(string path, ILogger logger)
    {
        _path = path;
        _logger = logger;
        _thread = new Thread(Work) { IsBackground = true, Name = $"checkpoints of {Path.GetFileName(path)}" };
        _thread.Start();
    }

    /// <summary>On the writer's thread, between transactions.</summary>
    public void AfterCommit(SqliteSession writer, List<IWriteOperation> batch)
    {
        foreach (var operation in batch) _pages += PagesPerWrite + (operation.Bytes / PageBytes);
        switch (Volatile.Read(ref _state))
        {
            case Moved:
                MoveRest(writer);
                Volatile.Write(ref _state, Idle);
                break;
            case Running when _pages >= PagesAheadMax:
                // The disk does not keep up with both: the writer's callers have to wait, or the log grows without bound.
                lock (_pass) MoveRest(writer);
                _pages = 0;
                break;
            case Idle when _pages >= PagesPerPass:
                _pages = 0;
                Volatile.Write(ref _state, Running);
                _wanted.Release();
                break;
        }
    }

    /// <summary>
    /// Moves everything and empties the log. Needs a moment without readers: false when the busy timeout passes first.
    /// </summary>
    public bool TryEmptyLog(SqliteSession writer)
    {
        // A checkpoint that meets another one does not wait, it gives up: hence the lock.
        lock (_pass) return writer.TryCheckpoint(truncate: true);
    }

    public void Dispose()
    {
        _stopping = true;
        _wanted.Release();
        _thread.Join();
        _wanted.Dispose();
    }

    private void MoveRest(SqliteSession writer)
    {
        try
        {
            writer.TryCheckpoint(truncate: false);
        }
        catch (SqliteFailureException cause)
        {
            // What is committed is safe in the log; if the disk is at fault the next write says so.
            _logger.CheckpointFailed(cause, Path.GetFileName(_path));
        }
    }

    private void Work()
    {
        SqliteSession? session = null;
        while (true)
        {
            _wanted.Wait();
            if (_stopping) break;
            try
            {
                session ??= SqliteSession.Open(_path, readOnly: false);
                lock (_pass) session.TryCheckpoint(truncate: false);
            }
            catch (SqliteFailureException cause)
            {
                // Nothing is lost, the next pass tries again.
                _logger.CheckpointFailed(cause, Path.GetFileName(_path));
            }

            Volatile.Write(ref _state, Moved);
        }

        session?.Dispose();
    }
}
