using Engine.Grains.Journal;
using Engine.Storage.Postgres.Connections;
using Npgsql;

namespace Engine.Storage.Postgres.Journal;

/// <summary>The writers of a process: a lane, and so a stream, always has the same one.</summary>
internal sealed class JournalWriters : IAsyncDisposable
{
    private readonly PostgresDatabase _database;
    private readonly JournalEnd _end;
    private readonly JournalWriter[] _writers;
    private readonly SemaphoreSlim _starting = new(1, 1);
    private long _epoch;
    private long _transactions;
    private long _chains;

    public JournalWriters(PostgresDatabase database, JournalEnd end)
    {
        _database = database;
        _end = end;
        var waiting = new WaitingAppends(database.Context.Options);
        _writers = [.. Enumerable.Range(0, database.Context.Options.Writers).Select(n => new JournalWriter(n, database, waiting, this))];
        database.Context.Metrics.ObserveWaiting("journal", () => waiting.Count);
    }

    /// <summary>The number of this start of the silo; 0 before it wrote.</summary>
    public long Epoch => Volatile.Read(ref _epoch);

    /// <summary>Transactions committed by this process.</summary>
    public long Transactions => Volatile.Read(ref _transactions);

    public PostgresStreamAppender OpenAppender(StreamName stream, long version) =>
        new(_writers[stream.Lane % _writers.Length], stream, version, Interlocked.Increment(ref _chains));

    /// <summary>The number of this start, made when the first writer connects: who never writes needs none.</summary>
    public async Task<long> EpochAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await _starting.WaitAsync(cancellationToken);
        try
        {
            while (_epoch == 0)
            {
                await using var command = new NpgsqlCommand(PostgresJournalSql.BeginEpoch, connection);
                command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = _database.Context.Options.SiloName });
                Volatile.Write(ref _epoch, await command.ExecuteScalarAsync(cancellationToken) as long? ?? 0);
            }

            return _epoch;
        }
        finally
        {
            _starting.Release();
        }
    }

    public void OnCommitted(List<PendingAppend> batch, long[] committed)
    {
        Interlocked.Increment(ref _transactions);
        for (var place = batch.Count - 1; place >= 0; place--)
        {
            if (committed[place] == 0) continue;
            _end.OnOwnCommit(committed[place]);
            return;
        }
    }

    /// <summary>After the callers: wakes who waits for commits.</summary>
    public void Announce() => _end.Announce();

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_writers.Select(writer => writer.DisposeAsync().AsTask()));
        _starting.Dispose();
    }
}
