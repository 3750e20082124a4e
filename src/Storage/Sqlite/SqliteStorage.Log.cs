using Microsoft.Extensions.Logging;

namespace Engine.Storage.Sqlite;

/// <summary>Event ids 4,100 to 4,199.</summary>
internal static partial class SqliteStorageLog
{
    [LoggerMessage(4101, LogLevel.Error, "A transaction of {Writes} writes to {Store} failed; none of them was stored.")]
    public static partial void TransactionFailed(this ILogger logger, Exception cause, string store, int writes);

    [LoggerMessage(4102, LogLevel.Warning, "The log of {Store} could not be emptied after an erasure; the erasure was not confirmed.")]
    public static partial void ScrubFailed(this ILogger logger, Exception cause, string store);

    [LoggerMessage(4103, LogLevel.Warning, "Moving the log of {Store} into its file failed; it is tried again.")]
    public static partial void CheckpointFailed(this ILogger logger, Exception cause, string store);

    [LoggerMessage(4104, LogLevel.Information, "Opened the journal in {Directory} as {Silo}, start {Epoch}, at sequence {Sequence}.")]
    public static partial void JournalOpened(this ILogger logger, string directory, string silo, long epoch, long sequence);
}
