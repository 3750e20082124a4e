using Microsoft.Extensions.Logging;

namespace Engine.Storage.Postgres;

/// <summary>Event ids 4,200 to 4,299.</summary>
internal static partial class PostgresStorageLog
{
    [LoggerMessage(4201, LogLevel.Error, "A transaction of {Writes} appends to PostgreSQL failed; whether it is stored is unknown.")]
    public static partial void TransactionFailed(this ILogger logger, Exception cause, int writes);

    [LoggerMessage(4202, LogLevel.Warning, "PostgreSQL cannot be reached; appends wait for up to {WaitMax}.")]
    public static partial void WriterDisconnected(this ILogger logger, Exception cause, TimeSpan waitMax);

    [LoggerMessage(4203, LogLevel.Information, "Writer {Writer} writes to PostgreSQL as {Silo}, start {Epoch}, after {Outage} without it.")]
    public static partial void WriterConnected(this ILogger logger, int writer, string silo, long epoch, TimeSpan outage);

    [LoggerMessage(4204, LogLevel.Warning, "The data is on another server, or was restored, since it was written last: incarnation {Number} begins.")]
    public static partial void IncarnationBegan(this ILogger logger, long number);

    [LoggerMessage(4205, LogLevel.Warning, "PostgreSQL runs with {Setting} off: a crash of its machine can lose what was acknowledged.")]
    public static partial void NotDurable(this ILogger logger, string setting);

    [LoggerMessage(4206, LogLevel.Information, "The PostgreSQL schema {Schema} went from version {From} to {To}.")]
    public static partial void Migrated(this ILogger logger, string schema, int from, int to);

    [LoggerMessage(4207, LogLevel.Warning, "PostgreSQL cannot be reached at the start; it is tried again.")]
    public static partial void WaitingForDatabase(this ILogger logger, Exception cause);

    [LoggerMessage(4208, LogLevel.Warning, "The engine's clock could not be compared with the database's; it goes on by itself.")]
    public static partial void ClockNotSynchronised(this ILogger logger, Exception cause);
}
