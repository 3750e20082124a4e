namespace Engine.Storage.Sqlite.Writing;

/// <summary>Bounds of one file's writer.</summary>
/// <param name="BatchWritesMax">Writes in one transaction.</param>
/// <param name="BatchBytesMax">Payload bytes in one transaction; a single write may be larger.</param>
/// <param name="QueuedWritesMax">Writes that may wait; more are refused.</param>
/// <param name="QueuedBytesMax">Payload bytes that may wait; more are refused.</param>
internal sealed record WriterLimits(int BatchWritesMax, int BatchBytesMax, int QueuedWritesMax, long QueuedBytesMax)
{
    public static WriterLimits Of(SqliteStorageOptions options) =>
        new(options.BatchWritesMax, options.BatchBytesMax, options.QueuedWritesMax, options.QueuedBytesMax);
}
