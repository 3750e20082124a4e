using Engine.Grains.Journal;
using Engine.Storage.Postgres.Migrations;
using Npgsql;

namespace Engine.Storage.Postgres.Connections;

/// <summary>
/// The one way to the database for everything but the journal's writers: waits until the schema is right, takes a
/// connection, and tries again when the connection was at fault.
/// </summary>
/// <remarks>
/// Trying again means that a statement may run twice, when the connection broke after it was carried out and before the
/// answer came. So what runs here must be harmless when it runs again: reads, and writes that leave the same behind.
/// </remarks>
internal sealed class PostgresDatabase(PostgresContext context) : IAsyncDisposable
{
    private static readonly TimeSpan RetryMin = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan RetryMax = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _gate = new();
    private Task? _ready;

    public PostgresContext Context { get; } = context;

    public NpgsqlDataSource Source { get; } = PostgresDataSource.Create(context.Options, context.Options.PoolSize);

    /// <summary>The journal's writers keep their connections, with settings of their own: outside the pool.</summary>
    public NpgsqlDataSource WriterSource { get; } = PostgresDataSource.Create(context.Options, connectionsMax: null);

    /// <summary>Ends when the storage closes.</summary>
    public CancellationToken Closing { get; private set; }

    /// <summary>How long to wait before the next try.</summary>
    public static TimeSpan Backoff(int failures) => TimeSpan.FromMilliseconds(Math.Min(
        RetryMin.TotalMilliseconds * Math.Pow(2, Math.Min(failures, 10)), RetryMax.TotalMilliseconds));

    /// <summary>Brings the schema up to date, or checks it; once, whoever asks first.</summary>
    /// <exception cref="JournalUnavailableException">The database cannot be reached.</exception>
    /// <exception cref="StorageSchemaException">A newer Engine changed the schema, or nobody has made it yet.</exception>
    public Task OpenAsync(CancellationToken cancellationToken = default)
    {
        Task ready;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
            Closing = _closing.Token;
            // A start that failed is tried again by the next who asks.
            if (_ready is null || _ready.IsFaulted || _ready.IsCanceled) _ready = Task.Run(StartAsync, CancellationToken.None);
            ready = _ready;
        }

        return ready.IsCompletedSuccessfully ? ready : ready.WaitAsync(cancellationToken);
    }

    /// <summary>Runs statements on a connection.</summary>
    /// <exception cref="JournalUnavailableException">The database cannot be reached, or refused.</exception>
    public async Task<T> RunAsync<T>(
        Func<NpgsqlConnection, CancellationToken, Task<T>> action, CancellationToken cancellationToken)
    {
        var startedAt = TimeProvider.System.GetTimestamp();
        for (var failures = 0; ; failures++)
        {
            try
            {
                if (_closing.IsCancellationRequested) throw new JournalUnavailableException("The storage is closed.");
                if (_ready is not { IsCompletedSuccessfully: true }) await OpenAsync(cancellationToken);
                await using var connection = await Source.OpenConnectionAsync(cancellationToken);
                return await action(connection, cancellationToken);
            }
            catch (Exception failure) when (failure is NpgsqlException or IOException or TimeoutException or ObjectDisposedException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!PostgresFailures.IsUnavailable(failure) || TimeProvider.System.GetElapsedTime(startedAt) >= Context.Options.OutageWaitMax)
                    throw PostgresFailures.ToJournal(failure);
            }

            await Task.Delay(Backoff(failures), TimeProvider.System, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_closing.IsCancellationRequested) return;
            _closing.Cancel();
        }

        if (_ready is not null) await _ready.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Source.DisposeAsync();
        await WriterSource.DisposeAsync();
    }

    private async Task StartAsync()
    {
        var startedAt = TimeProvider.System.GetTimestamp();
        for (var failures = 0; ; failures++)
        {
            try
            {
                await using var connection = await Source.OpenConnectionAsync(_closing.Token);
                if (Context.Options.MigrateAtStart) await PostgresMigrator.MigrateAsync(connection, Context.Logger, _closing.Token);
                else await PostgresMigrator.CheckAsync(connection, _closing.Token);
                await Incarnation.CheckAsync(connection, Context.Logger, _closing.Token);
                return;
            }
            catch (Exception failure) when (PostgresFailures.IsUnavailable(failure))
            {
                if (TimeProvider.System.GetElapsedTime(startedAt) >= Context.Options.StartWaitMax) throw PostgresFailures.ToJournal(failure);
                if (failures == 0) Context.Logger.WaitingForDatabase(failure);
            }
            catch (NpgsqlException failure)
            {
                throw PostgresFailures.ToJournal(failure);
            }

            await Task.Delay(Backoff(failures), TimeProvider.System, _closing.Token);
        }
    }
}
