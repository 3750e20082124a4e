using Engine.Grains.Journal;
using Engine.Storage.Sqlite.Native;

namespace Engine.Storage.Sqlite.Writing;

/// <summary>
/// The one thread that writes one database file.
/// </summary>
/// <remarks>
/// <para>
/// A durable commit costs a sync of the disk, and SQLite has one writer at a time. Committing each write by itself makes
/// every caller pay a sync and wait for everyone before; collecting for a fixed time makes a lonely caller wait for
/// nobody. So the writer takes whatever waits at this moment, writes it in one transaction, and answers when that is
/// durable. Alone, a write pays one sync and no delay; under load, the batch grows to what arrived during the last sync.
/// </para>
/// <para>
/// SQLite's calls block, so they have a thread of their own: on the pool they would starve the callers. Callers are
/// completed in commit order, and their continuations never run here.
/// </para>
/// <para>
/// Checkpoints: moving the log into the database file by the writer (SQLite's default) stalls every append for as long as
/// it takes. <see cref="WalCheckpointer"/> moves most of it on another thread; the writer only moves the short rest,
/// after which the next transaction starts the log from its beginning again.
/// </para>
/// </remarks>
internal sealed class SqliteWriter : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly SqliteSession _session;
    private readonly WriterLimits _limits;
    private readonly WalCheckpointer _checkpointer;
    private readonly Action? _answered;
    private readonly SqliteContext _context;
    private readonly Thread _thread;
    private readonly string _file;
    private readonly Queue<IWriteOperation> _waiting = new();
    private long _waitingBytes;
    private bool _sleeping;
    private bool _closed;
    private long _transactions;

    /// <param name="answered">Called on the writer's thread after the callers of a durable transaction were completed.</param>
    public SqliteWriter(string path, SqliteSession session, SqliteContext context, Action? answered = null)
    {
        _file = Path.GetFileName(path);
        _session = session;
        _context = context;
        _limits = WriterLimits.Of(context.Options);
        _answered = answered;
        _checkpointer = new WalCheckpointer(path, context.Logger);
        _thread = new Thread(Work) { IsBackground = true, Name = $"writer of {_file}" };
        _thread.Start();
        context.Metrics.ObserveWaiting(_file, () => Waiting);
    }

    /// <summary>Transactions committed by this writer.</summary>
    public long Transactions => Volatile.Read(ref _transactions);

    /// <summary>Writes that wait now.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate) return _waiting.Count;
        }
    }

    /// <summary>Queues a write behind all others; false, and nothing queued, when a limit is reached or the store is closed.</summary>
    public bool TryEnqueue(IWriteOperation operation, out string? refusal)
    {
        lock (_gate)
        {
            refusal = _closed ? $"The store {_file} is closed."
                : _waiting.Count >= _limits.QueuedWritesMax
                    ? $"The store {_file} is overloaded: {_limits.QueuedWritesMax} writes wait (QueuedWritesMax)."
                : _waiting.Count > 0 && _waitingBytes + operation.Bytes > _limits.QueuedBytesMax
                    ? $"The store {_file} is overloaded: {_limits.QueuedBytesMax} bytes wait (QueuedBytesMax)."
                : null;
            if (refusal is not null) return false;
            _waiting.Enqueue(operation);
            _waitingBytes += operation.Bytes;
            if (!_sleeping) return true;
            _sleeping = false;
        }

        _arrived.Release();
        return true;
    }

    /// <summary>Writes and answers when it is durable.</summary>
    /// <exception cref="JournalUnavailableException">The store failed, is overloaded or closed.</exception>
    public Task<T> WriteAsync<T>(Func<SqliteSession, T> write, int bytes = 0, bool scrubs = false)
    {
        var call = new WriteCall<T>(write, bytes, scrubs);
        if (!TryEnqueue(call, out var refusal)) call.Fail(new JournalUnavailableException(refusal!));
        return call.Task;
    }

    /// <summary>Writes what waits, then stops. Later writes are refused.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_closed) return;
            _closed = true;
            _sleeping = false;
        }

        _arrived.Release();
        _thread.Join();
        _checkpointer.Dispose();
        _session.Dispose();
        _arrived.Dispose();
    }

    private void Work()
    {
        var batch = new List<IWriteOperation>();
        while (TakeBatch(batch))
        {
            var startedAt = TimeProvider.System.GetTimestamp();
            var failure = Commit(batch);
            _context.Metrics.OnTransaction(_file, startedAt, batch.Count, failure is not null);
            if (failure is null)
            {
                var scrubFailure = batch.Exists(operation => operation.Scrubs) ? Scrub() : null;
                foreach (var operation in batch)
                {
                    if (scrubFailure is not null && operation.Scrubs) operation.Fail(scrubFailure);
                    else operation.Complete();
                }

                _answered?.Invoke();
                _checkpointer.AfterCommit(_session);
            }
            else
            {
                foreach (var operation in batch) operation.Fail(failure);
            }

            batch.Clear();
        }
    }

    private bool TakeBatch(List<IWriteOperation> batch)
    {
        while (true)
        {
            lock (_gate)
            {
                var bytes = 0L;
                while (batch.Count < _limits.BatchWritesMax && _waiting.TryPeek(out var next)
                    && (batch.Count == 0 || bytes + next.Bytes <= _limits.BatchBytesMax))
                {
                    bytes += next.Bytes;
                    batch.Add(_waiting.Dequeue());
                }

                _waitingBytes -= bytes;
                if (batch.Count > 0) return true;
                if (_closed) return false;
                _sleeping = true;
            }

            _arrived.Wait();
        }
    }

    private JournalUnavailableException? Commit(List<IWriteOperation> batch)
    {
        try
        {
            _session.Prepare("BEGIN IMMEDIATE").Execute();
            foreach (var operation in batch) operation.Execute(_session);
            _session.Prepare("COMMIT").Execute();
            Volatile.Write(ref _transactions, _transactions + 1);
            return null;
        }
        catch (Exception cause)
        {
            RollBack();
            _context.Logger.TransactionFailed(cause, _file, batch.Count);
            return new JournalUnavailableException($"Writing to {_file} failed.", cause);
        }
    }

    private void RollBack()
    {
        try
        {
            if (_session.IsInTransaction) _session.Prepare("ROLLBACK").Execute();
        }
        catch (SqliteFailureException)
        {
            // The failure that led here is the one to report; the next BEGIN fails if this one left anything open.
        }
    }

    /// <summary>Old pages live on in the log until it is emptied.</summary>
    private JournalUnavailableException? Scrub()
    {
        try
        {
            if (_checkpointer.TryEmptyLog(_session)) return null;
            throw new TimeoutException("A reader held the log for too long.");
        }
        catch (Exception cause) when (cause is SqliteFailureException or TimeoutException)
        {
            _context.Logger.ScrubFailed(cause, _file);
            return new JournalUnavailableException($"The log of {_file} could not be emptied. Repeat the call.", cause);
        }
    }
}
