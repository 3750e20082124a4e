namespace Grpc.Net.Client.Internal;

/// <summary>How many bytes of requests a channel keeps for further attempts: of all calls and of one.</summary>
internal sealed class RetryBudget(long? maxBytes, long? maxBytesPerCall)
{
    private long _used;

    public long UsedBytes => Interlocked.Read(ref _used);

    /// <summary>Sets memory aside for a message of a call that has some already; false when that is too much.</summary>
    public bool TryReserve(long bytes, long ofCall)
    {
        if (ofCall + bytes > maxBytesPerCall)
        {
            return false;
        }

        if (Interlocked.Add(ref _used, bytes) > maxBytes)
        {
            Interlocked.Add(ref _used, -bytes);
            return false;
        }

        return true;
    }

    public void Return(long bytes) => Interlocked.Add(ref _used, -bytes);
}
