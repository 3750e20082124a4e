using System.Globalization;
using System.Runtime.InteropServices;
using Engine.Silo.Configuration;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Engine.Silo.Hosting;

/// <summary>
/// Lets a process that starts before its database wait for it.
/// </summary>
/// <remarks>
/// After a power cut everything starts at once, and a database that replays its log is the last to be ready. A process that ends
/// then leaves it to its supervisor to try again, with pauses that grow and limits that are reached, and to its operator to
/// read the same error from all of them. So it waits, says what for, and tells whoever asks that it is alive and not ready. What
/// no waiting mends - a wrong password, a database that nobody has made - ends it at once.
/// </remarks>
internal sealed partial class WaitForDatabase
{
    private const int ConnectSecondsMax = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(5);

    private readonly EngineOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly NpgsqlConnectionStringBuilder _connection;

    private WaitForDatabase(EngineOptions options, TimeProvider time, ILogger logger)
    {
        (_options, _time, _logger) = (options, time, logger);
        _connection = new NpgsqlConnectionStringBuilder(options.Postgres) { Pooling = false, Multiplexing = false };
        _connection.Timeout = _connection.Timeout is 0 or > ConnectSecondsMax ? ConnectSecondsMax : _connection.Timeout;
    }

    private string Subject => $"{_connection.Database} on {_connection.Host}:{_connection.Port}";

    /// <summary>Returns when the database lets this process in.</summary>
    /// <exception cref="StartException">It did not in time, or will not.</exception>
    /// <exception cref="OperationCanceledException">The process was told to stop meanwhile.</exception>
    public static async Task RunAsync(EngineOptions options, CancellationToken cancellationToken)
    {
        if (!options.IsCluster)
            return;
        using var logs = LoggerFactory.Create(builder => LogSetup.Configure(builder, options));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // There is no host yet that would listen to signals.
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        using var quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Cancel);
        await new WaitForDatabase(options, TimeProvider.System, logs.CreateLogger("Engine.Silo")).WaitAsync(stop.Token);

        void Cancel(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        var begin = _time.GetTimestamp();
        var told = TimeSpan.MinValue;
        WaitingServer? server = null;
        try
        {
            while (await TryAsync(cancellationToken) is { } reason)
            {
                var elapsed = _time.GetElapsedTime(begin);
                if (elapsed >= _options.DatabaseWait)
                    throw new StartException(Describe(reason));
                if (told == TimeSpan.MinValue || elapsed - told >= TellEvery)
                {
                    told = elapsed;
                    LogWaiting(_logger, Subject, reason, (int)(_options.DatabaseWait - elapsed).TotalSeconds);
                }

                server ??= await WaitingServer.StartAsync(_options, cancellationToken);
                await Task.Delay(Pause, _time, cancellationToken);
            }
        }
        finally
        {
            if (server is not null)
                await server.DisposeAsync();
        }

        if (told != TimeSpan.MinValue)
            LogThere(_logger, Subject);
    }

    /// <summary>Null when the database lets this process in, else why it may later.</summary>
    private async Task<string?> TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new NpgsqlConnection(_connection.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            return null;
        }
        catch (Exception fault) when (fault is not OperationCanceledException && DatabaseFault.ReasonToWait(fault) is not null)
        {
            return DatabaseFault.ReasonToWait(fault);
        }
    }

    private string Describe(string reason) => string.Create(
        CultureInfo.InvariantCulture,
        $"The database {Subject} cannot be reached: {reason}. Waited {_options.DatabaseWait.TotalSeconds:0} s (--database-wait). Check that it runs, and --postgres.");

    [LoggerMessage(1005, LogLevel.Warning, "Waits for the database {Database}: {Reason}. It gives up in {Seconds} s")]
    private static partial void LogWaiting(ILogger logger, string database, string reason, int seconds);

    [LoggerMessage(1006, LogLevel.Information, "The database {Database} is there; starting")]
    private static partial void LogThere(ILogger logger, string database);
}
