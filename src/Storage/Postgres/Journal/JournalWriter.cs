using System.Diagnostics.CodeAnalysis;
using Engine.Grains.Journal;
using Engine.Storage.Postgres.Connections;

namespace Engine.Storage.Postgres.Journal;

/// <summary>
/// One of the few that write the journal: takes what waits, writes it as one statement, answers when that is durable.
/// </summary>
/// <remarks>
/// <para>
/// A durable commit costs a sync of the server's disk and a way there and back. To pay both for each append is what makes
/// a store slow; to collect for a fixed time makes a lonely caller wait for nobody. So while one batch is under way the
/// next gathers by itself: alone, an append waits for nothing; under load, the batches grow.
/// </para>
/// <para>
/// One batch at a time, and a stream always with the same writer: were two under way, version n+1 could commit where n
/// fails. Within a batch <see cref="PostgresJournalSql.AppendChains"/> sees to that.
/// </para>
/// <para>
/// When the connection breaks while a batch is under way, nobody knows whether it was carried out. Its chains are broken;
/// their activations go, and read what became of it. What only waited goes on waiting, for a while, for the next
/// connection.
/// </para>
/// </remarks>
internal sealed class JournalWriter : IAsyncDisposable
{
    private static readonly TimeSpan ClosingMax = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Queue<PendingAppend> _waiting = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly CancellationTokenSource _abandoned = new();
    private readonly PostgresDatabase _database;
    private readonly WaitingAppends _limits;
    private readonly JournalWriters _owner;
    private readonly List<PendingAppend> _batch = [];
    private readonly long[] _committed;
    private readonly int _number;
    private WriterSession? _session;
    private Task? _work;
    private bool _sleeping;
    private bool _closed;

    public JournalWriter(int number, PostgresDatabase database, WaitingAppends limits, JournalWriters owner)
    {
        _number = number;
        _database = database;
        _limits = limits;
        _owner = owner;
        _committed = new long[database.Context.Options.BatchWritesMax];
    }

    private PostgresStorageOptions Options => _database.Context.Options;

    /// <summary>Queues an append behind all others; false, and nothing queued, when a limit is reached or the journal closed.</summary>
    public bool TryEnqueue(PendingAppend append, [NotNullWhen(false)] out string? refusal)
    {
        refusal = _limits.Admit(append.Payload.Length);
        if (refusal is not null) return false;
        lock (_gate)
        {
            if (_closed)
            {
                _limits.Remove(1, append.Payload.Length);
                refusal = "The journal is closed.";
                return false;
            }

            _waiting.Enqueue(append);
            _work ??= Task.Run(WorkAsync);
            if (!_sleeping) return true;
            _sleeping = false;
        }

        _arrived.Release();
        return true;
    }

    /// <summary>Writes what waits, if the database is there, then stops.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_closed) return;
            _closed = true;
            _sleeping = false;
        }

        _arrived.Release();
        // With the database away there is nothing to wait for.
        if (_session is null) await _abandoned.CancelAsync();
        else _abandoned.CancelAfter(ClosingMax);
        if (_work is not null) await _work;
        if (_session is not null) await _session.DisposeAsync();
        _arrived.Dispose();
        _abandoned.Dispose();
    }

    private async Task WorkAsync()
    {
        while (await TakeBatchAsync())
        {
            if (await ConnectAsync()) await CommitAsync();
            _batch.Clear();
        }
    }

    private async Task<bool> TakeBatchAsync()
    {
        while (true)
        {
            lock (_gate)
            {
                Take();
                if (_batch.Count > 0) return true;
                if (_closed) return false;
                _sleeping = true;
            }

            await _arrived.WaitAsync();
        }
    }

    private void Take()
    {
        var (bytes, removedBytes, removed) = (0L, 0L, 0);
        while (_batch.Count < Options.BatchWritesMax && _waiting.TryPeek(out var next)
            && (_batch.Count == 0 || bytes + next.Payload.Length <= Options.BatchBytesMax))
        {
            _waiting.Dequeue();
            removed++;
            removedBytes += next.Payload.Length;
            if (next.Chain.Broken != PostgresStreamAppender.Break.None)
            {
                Refuse(next);
                continue;
            }

            bytes += next.Payload.Length;
            _batch.Add(next);
        }

        _limits.Remove(removed, removedBytes);
    }

    /// <summary>False when the batch has waited in vain.</summary>
    private async Task<bool> ConnectAsync()
    {
        if (_session is not null) return true;
        var startedAt = TimeProvider.System.GetTimestamp();
        for (var failures = 0; ; failures++)
        {
            try
            {
                _session = await WriterSession.OpenAsync(_database, _owner.EpochAsync, _abandoned.Token);
                _database.Context.Logger.WriterConnected(
                    _number, Options.SiloName, _owner.Epoch, failures == 0 ? TimeSpan.Zero : TimeProvider.System.GetElapsedTime(startedAt));
                return true;
            }
            catch (Exception cause)
            {
                if (failures == 0) _database.Context.Logger.WriterDisconnected(cause, Options.OutageWaitMax);
                var closed = _abandoned.IsCancellationRequested;
                FailExpired(closed, cause as JournalUnavailableException ?? PostgresFailures.ToJournal(cause));
                if (_batch.Count == 0) return false;
            }

            await Task.Delay(PostgresDatabase.Backoff(failures), TimeProvider.System, _abandoned.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Fails what has waited too long, in the batch and behind it: nothing of that was written.</summary>
    private void FailExpired(bool all, JournalUnavailableException failure)
    {
        lock (_gate)
        {
            foreach (var append in _batch)
            {
                if (IsExpired(append)) Fail(append, failure);
            }

            // What follows in a chain that just broke goes as well.
            _batch.RemoveAll(append =>
            {
                if (append.Chain.Broken == PostgresStreamAppender.Break.None) return false;
                append.TrySetException(PostgresStreamAppender.BrokenEarlier());
                return true;
            });

            while (_waiting.TryPeek(out var next) && (IsExpired(next) || next.Chain.Broken != PostgresStreamAppender.Break.None))
            {
                _waiting.Dequeue();
                _limits.Remove(1, next.Payload.Length);
                Fail(next, failure);
            }
        }

        bool IsExpired(PendingAppend append) => all || TimeProvider.System.GetElapsedTime(append.QueuedAt) >= Options.OutageWaitMax;
    }

    private async Task CommitAsync()
    {
        _batch.Sort(static (a, b) =>
        {
            var byStream = string.CompareOrdinal(a.Chain.Stream, b.Chain.Stream);
            if (byStream != 0) return byStream;
            // Two activations of one actor in one batch: each chain by itself.
            return a.Chain == b.Chain ? a.Version.CompareTo(b.Version) : a.Chain.Id.CompareTo(b.Chain.Id);
        });

        var startedAt = TimeProvider.System.GetTimestamp();
        var failure = await TryCommitAsync();
        _database.Context.Metrics.OnTransaction("journal", startedAt, _batch.Count, failure is not null);
        if (failure is not null)
        {
            _database.Context.Logger.TransactionFailed(failure, _batch.Count);
            var answer = PostgresFailures.ToJournal(failure);
            foreach (var append in _batch) Fail(append, answer);
            return;
        }

        _owner.OnCommitted(_batch, _committed);
        foreach (var append in _batch) Answer(append);
        _owner.Announce();
    }

    private async Task<Exception?> TryCommitAsync()
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                Array.Clear(_committed, 0, _batch.Count);
                await _session!.WriteAsync(_batch, _committed);
                return null;
            }
            catch (Exception cause) when (PostgresFailures.IsUndone(cause) && tries < 3)
            {
                // The server chose this statement to give way to another; it may be sent again.
            }
            catch (Exception cause)
            {
                // Also when only the statement failed: a connection is cheap, and one in an unknown state is not.
                await _session!.DisposeAsync();
                _session = null;
                return cause;
            }
        }
    }

    private void Answer(PendingAppend append)
    {
        var chain = append.Chain;
        if (_committed[append.Place - 1] is var transaction and not 0)
        {
            chain.CommittedOn = _session;
            append.TrySetResult(AppendOutcome.Committed(new LanePosition(chain.Lane, transaction, append.Place)));
            return;
        }

        if (chain.Broken == PostgresStreamAppender.Break.None) chain.Broken = PostgresStreamAppender.Break.FenceLost;
        Refuse(append);
    }

    private static void Refuse(PendingAppend append)
    {
        if (append.Chain.Broken == PostgresStreamAppender.Break.FenceLost) append.TrySetResult(AppendOutcome.FenceLost);
        else append.TrySetException(PostgresStreamAppender.BrokenEarlier());
    }

    private static void Fail(PendingAppend append, JournalUnavailableException failure)
    {
        append.Chain.Broken = PostgresStreamAppender.Break.Failed;
        append.TrySetException(failure);
    }
}
