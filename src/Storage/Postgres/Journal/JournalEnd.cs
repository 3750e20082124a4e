using Engine.Grains.Journal;
using Engine.Storage.Postgres.Connections;
using Npgsql;

namespace Engine.Storage.Postgres.Journal;

/// <summary>
/// How far the journal is readable, for those who wait for more. A notification within each commit would serialise all
/// commits of the cluster; so one poller a process asks, only while someone waits, and at once after a commit of its own.
/// </summary>
internal sealed class JournalEnd(PostgresDatabase database) : IAsyncDisposable
{
    private static readonly TimeSpan HiddenMin = TimeSpan.FromMilliseconds(2);

    private readonly Lock _gate = new();
    private readonly List<Waiter> _waiters = [];
    private readonly SemaphoreSlim _poke = new(0);
    private (long Transaction, long Sequence)[] _ends = new (long, long)[PostgresJournalSql.LaneParts];
    private Task? _polling;
    private long _own;
    private bool _poked;
    private bool _closed;

    /// <summary>This process committed; readers see it as soon as all earlier transactions have ended.</summary>
    public void OnOwnCommit(long transaction)
    {
        // Several writers: the largest counts.
        for (var own = Volatile.Read(ref _own); own < transaction;)
        {
            var seen = Interlocked.CompareExchange(ref _own, transaction, own);
            if (seen == own) return;
            own = seen;
        }
    }

    /// <summary>Looks now rather than at the next interval.</summary>
    public void Announce()
    {
        lock (_gate)
        {
            if (_waiters.Count == 0 || _poked) return;
            _poked = true;
        }

        _poke.Release();
    }

    public Task WaitAsync(JournalPosition after, LaneSet lanes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Waiter waiter;
        lock (_gate)
        {
            if (_closed) return Task.FromException(Closed());
            if (HasMore(after, lanes)) return Task.CompletedTask;
            waiter = new Waiter(after, lanes);
            _waiters.Add(waiter);
            _polling ??= Task.Run(PollAsync, CancellationToken.None);
        }

        return WaitAsync(waiter, cancellationToken);
    }

    /// <summary>The newest readable place of each part of the lanes.</summary>
    public Task<(long Transaction, long Sequence)[]> ReadAsync(CancellationToken cancellationToken) =>
        database.RunAsync(
            static async (connection, cancellation) =>
            {
                await using var command = new NpgsqlCommand(PostgresJournalSql.Ends, connection);
                await using var row = await command.ExecuteReaderAsync(cancellation);
                return await ReadAsync(row, cancellation);
            },
            cancellationToken);

    public static async Task<(long Transaction, long Sequence)[]> ReadAsync(NpgsqlDataReader row, CancellationToken cancellationToken)
    {
        var ends = new (long, long)[PostgresJournalSql.LaneParts];
        while (await row.ReadAsync(cancellationToken)) ends[row.GetInt32(0)] = (row.GetInt64(1), row.GetInt32(2));
        return ends;
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_closed) return;
            _closed = true;
            foreach (var waiter in _waiters) waiter.TrySetException(Closed());
            _waiters.Clear();
        }

        _poke.Release();
        if (_polling is { } polling) await polling;
        _poke.Dispose();
    }

    private static JournalUnavailableException Closed() => new("The journal is closed.");

    private async Task WaitAsync(Waiter waiter, CancellationToken cancellationToken)
    {
        try
        {
            await waiter.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            lock (_gate) _waiters.Remove(waiter);
        }
    }

    private async Task PollAsync()
    {
        var hidden = HiddenMin;
        while (true)
        {
            try
            {
                var ends = await ReadAsync(database.Closing);
                lock (_gate)
                {
                    _ends = ends;
                    foreach (var waiter in _waiters)
                    {
                        if (HasMore(waiter.After, waiter.Lanes)) waiter.TrySetResult();
                    }
                }
            }
            catch (Exception)
            {
                // They may complete early: whoever goes on to read meets the failure itself.
                lock (_gate)
                {
                    foreach (var waiter in _waiters) waiter.TrySetResult();
                }
            }

            // An own commit behind somebody's open transaction: soon, and then ever less often.
            var isHidden = _ends.Max().Transaction < Volatile.Read(ref _own);
            var interval = isHidden && hidden < database.Context.Options.PollInterval ? hidden : database.Context.Options.PollInterval;
            hidden = isHidden ? 2 * interval : HiddenMin;
            if (await _poke.WaitAsync(interval))
            {
                lock (_gate) _poked = false;
                hidden = HiddenMin;
            }

            lock (_gate)
            {
                if (_waiters.Exists(static waiter => !waiter.Task.IsCompleted) && !_closed) continue;
                _polling = null;
                return;
            }
        }
    }

    private bool HasMore(JournalPosition after, LaneSet lanes)
    {
        for (var lane = lanes.Group; lane < StreamName.LaneCount; lane += lanes.Groups)
        {
            var place = after[lane];
            if (_ends[lane % PostgresJournalSql.LaneParts].CompareTo((place.Transaction, place.Sequence)) > 0) return true;
        }

        return false;
    }

    private sealed class Waiter(JournalPosition after, LaneSet lanes)
        : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public JournalPosition After => after;

        public LaneSet Lanes => lanes;
    }
}
