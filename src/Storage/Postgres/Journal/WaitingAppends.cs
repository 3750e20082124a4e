namespace Engine.Storage.Postgres.Journal;

/// <summary>What waits in all writers of a process, against the limits.</summary>
internal sealed class WaitingAppends(PostgresStorageOptions options)
{
    private int _count;
    private long _bytes;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Admits an append, or says which limit it would break. A single one is always admitted.</summary>
    public string? Admit(int bytes)
    {
        if (Interlocked.Increment(ref _count) > options.QueuedWritesMax)
        {
            Interlocked.Decrement(ref _count);
            return $"The journal is overloaded: {options.QueuedWritesMax} appends wait (QueuedWritesMax).";
        }

        var waiting = Interlocked.Add(ref _bytes, bytes);
        if (waiting <= options.QueuedBytesMax || waiting == bytes) return null;
        Remove(1, bytes);
        return $"The journal is overloaded: {options.QueuedBytesMax} bytes wait (QueuedBytesMax).";
    }

    public void Remove(int count, long bytes)
    {
        Interlocked.Add(ref _bytes, -bytes);
        Interlocked.Add(ref _count, -count);
    }
}
