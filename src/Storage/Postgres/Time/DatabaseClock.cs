using Engine.Grains.Journal;
using Engine.Storage.Postgres.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Engine.Storage.Postgres.Time;

/// <summary>
/// Engine time in a cluster: the database's time at the last comparison plus local monotonic time.
/// </summary>
/// <remarks>
/// <para>
/// Deadlines, business hours and commit times must mean the same on every silo, and one machine's wrong clock - an hour off,
/// set back by an operator, stepped by a time service - must not fire a deadline early, or late, or twice. All silos share one
/// clock already: the database's. Asking it each time would cost a round trip, so it is asked every few seconds,
/// and in between the machine's monotonic clock counts on, which nobody sets.
/// </para>
/// <para>
/// What is measured stands for the middle of the round trip, so it is off by half of that at most. The difference is worked
/// off by running a little faster or slower: time never goes back, for no two threads. A clock found far behind
/// jumps ahead (the machine slept, or the database moved to a machine whose clock is ahead).
/// </para>
/// <para>
/// With the database away the clock goes on by itself; crystals drift by some tens of milliseconds an hour. Timers are the
/// system's, which count monotonic time as well.
/// </para>
/// </remarks>
public sealed class DatabaseClock : TimeProvider, IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;
    private readonly DatabaseClockOptions _options;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _closing = new();
    private Task _following = Task.CompletedTask;
    private volatile SlewedTime _time;
    private long _offsetMs;
    private long _last;

    private DatabaseClock(NpgsqlDataSource source, DatabaseClockOptions options, ILogger logger)
    {
        _source = source;
        _options = options;
        _logger = logger;
        _time = SlewedTime.Starting(0, 0);
    }

    /// <summary>By how much the machine's wall clock is ahead of the database's, at the last comparison; for people.</summary>
    public TimeSpan WallClockAhead => TimeSpan.FromMilliseconds(Volatile.Read(ref _offsetMs));

    /// <inheritdoc/>
    public override long TimestampFrequency => System.TimestampFrequency;

    /// <summary>Compares with the database and follows it until disposed of.</summary>
    /// <param name="connectionString">As for the storage. The clock has one connection of its own.</param>
    /// <exception cref="ArgumentException">The connection string cannot be read.</exception>
    /// <exception cref="JournalUnavailableException">The database could not be reached in time.</exception>
    public static async Task<DatabaseClock> StartAsync(
        string connectionString, DatabaseClockOptions? options = null, ILogger? logger = null, CancellationToken cancellationToken = default)
    {
        options ??= new DatabaseClockOptions();
        var clock = new DatabaseClock(
            PostgresDataSource.Create(new PostgresStorageOptions { ConnectionString = connectionString }, 1),
            options,
            logger ?? NullLogger.Instance);
        try
        {
            await clock.SynchroniseFirstAsync(cancellationToken);
            clock._following = Task.Run(clock.FollowAsync, CancellationToken.None);
            return clock;
        }
        catch
        {
            await clock.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        var now = _time.At(LocalTicks());
        // A thread may have read the line before a correction and be late with its answer.
        for (var last = Volatile.Read(ref _last); last < now;)
        {
            var seen = Interlocked.CompareExchange(ref _last, now, last);
            if (seen == last) return new DateTimeOffset(now, TimeSpan.Zero);
            last = seen;
        }

        return new DateTimeOffset(Volatile.Read(ref _last), TimeSpan.Zero);
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => System.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, dueTime, period);

    /// <summary>Stops following; the clock goes on by itself.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_closing.IsCancellationRequested) return;
        await _closing.CancelAsync();
        await _following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _source.DisposeAsync();
    }

    /// <summary>Local monotonic time in ticks of 100 ns.</summary>
    private static long LocalTicks() => System.GetElapsedTime(0, System.GetTimestamp()).Ticks;

    private async Task SynchroniseFirstAsync(CancellationToken cancellationToken)
    {
        var startedAt = System.GetTimestamp();
        for (var failures = 0; ; failures++)
        {
            try
            {
                // The first way there is the longest, and the database may be busy: any answer is better than none.
                if (await CompareAsync(TimeSpan.MaxValue, cancellationToken)) return;
            }
            catch (Exception failure) when (PostgresFailures.IsUnavailable(failure))
            {
                if (failures == 0) _logger.ClockNotSynchronised(failure);
                if (System.GetElapsedTime(startedAt) >= _options.StartWaitMax) throw PostgresFailures.ToJournal(failure);
            }

            await Task.Delay(PostgresDatabase.Backoff(failures), System, cancellationToken);
        }
    }

    private async Task FollowAsync()
    {
        var failed = false;
        while (!_closing.IsCancellationRequested)
        {
            await Task.Delay(_options.SyncInterval, System, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await CompareAsync(_options.RoundTripMax, _closing.Token);
                failed = false;
            }
            catch (Exception failure)
            {
                if (!failed && !_closing.IsCancellationRequested) _logger.ClockNotSynchronised(failure);
                failed = true;
            }
        }
    }

    /// <summary>Asks a few times and takes the quickest answer; false when even that took too long.</summary>
    private async Task<bool> CompareAsync(TimeSpan roundTripMax, CancellationToken cancellationToken)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand("SELECT clock_timestamp()", connection);
        var (middle, measured, roundTrip) = (0L, 0L, long.MaxValue);
        for (var i = 0; i < 3; i++)
        {
            var sent = LocalTicks();
            var time = (DateTime)(await command.ExecuteScalarAsync(cancellationToken))!;
            var took = LocalTicks() - sent;
            if (took < roundTrip) (middle, measured, roundTrip) = (sent + (took / 2), time.Ticks, took);
        }

        if (roundTrip > roundTripMax.Ticks) return false;
        var now = LocalTicks();
        var current = measured + (now - middle);
        _time = _time.Time == 0 ? SlewedTime.Starting(now, current) : _time.Correct(now, current, roundTrip / 2);
        Volatile.Write(ref _offsetMs, (System.GetUtcNow().UtcTicks - current) / TimeSpan.TicksPerMillisecond);
        return true;
    }
}
