namespace Engine.Storage;

/// <summary>Limits that every backend keeps.</summary>
public static class StorageLimits
{
    /// <summary>One commit.</summary>
    public const int CommitBytesMax = 4 << 20;

    /// <summary>One snapshot.</summary>
    public const int SnapshotBytesMax = 64 << 20;

    /// <summary>Rows of one journal read.</summary>
    public const int JournalRowsMax = 4_096;

    /// <summary>Rows of the journal that one count counts.</summary>
    public const int JournalCountMax = 100_000;

    /// <summary>Payload bytes after which a read of the whole journal ends its page.</summary>
    public const int JournalPageBytes = 16 << 20;

    /// <summary>Rows that one read of the whole journal looks at, when most are of other workspaces.</summary>
    public const int JournalScanRowsMax = 16_384;

    /// <summary>Rows of one list of a read model, consumers of one workspace.</summary>
    public const int ListRowsMax = 1_000;

    /// <summary>One wrapped key.</summary>
    public const int WrappedKeyBytesMax = 4_096;

    /// <summary>One grain state.</summary>
    public const int GrainStateBytesMax = 16 << 20;

    /// <summary>Status numbers are in [0, this).</summary>
    public const int StatusNumbers = 63;

    internal static void CheckStatus(int status)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(status);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(status, StatusNumbers);
    }

    internal static void CheckLimit(int limit, int max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, max);
    }

    internal static void CheckBytes(int bytes, int max, string what)
    {
        if (bytes > max) throw new ArgumentException($"{what} of {bytes} bytes is over the limit of {max} bytes.");
    }
}
