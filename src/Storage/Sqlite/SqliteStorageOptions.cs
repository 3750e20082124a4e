using System.ComponentModel.DataAnnotations;

namespace Engine.Storage.Sqlite;

/// <summary>The embedded storage: SQLite files in one directory, one Engine process.</summary>
public sealed class SqliteStorageOptions
{
    /// <summary>Where the files are; created, readable by its owner only, when missing.</summary>
    /// <value>The default is <c>engine-data</c> in the working directory.</value>
    [Required]
    public string DataDirectory { get; set; } = "engine-data";

    /// <summary>Who writes: stands in every commit, together with the number of this start.</summary>
    /// <value>The default is <c>silo</c>.</value>
    [Required, StringLength(128, MinimumLength = 1)]
    public string SiloName { get; set; } = "silo";

    /// <summary>Writes committed together at most.</summary>
    /// <value>The default is 1,024.</value>
    [Range(1, 65_536)]
    public int BatchWritesMax { get; set; } = 1_024;

    /// <summary>Payload bytes committed together at most; one larger write still passes, alone.</summary>
    /// <value>The default is 8 MiB.</value>
    [Range(1, 1 << 30)]
    public int BatchBytesMax { get; set; } = 8 << 20;

    /// <summary>Writes that may wait for one file. One more is refused, and its chain of appends broken: admit less before.</summary>
    /// <value>The default is 100,000.</value>
    [Range(1, 10_000_000)]
    public int QueuedWritesMax { get; set; } = 100_000;

    /// <summary>Payload bytes that may wait for one file; more are refused.</summary>
    /// <value>The default is 256 MiB.</value>
    [Range(1, 1L << 40)]
    public long QueuedBytesMax { get; set; } = 256L << 20;

    /// <summary>Reads of one file at the same time; others wait.</summary>
    /// <value>The default is 4.</value>
    [Range(1, 64)]
    public int ReadConnections { get; set; } = 4;

    /// <summary>Pages that the writer of each file keeps in memory, in KiB.</summary>
    /// <value>The default is 65,536 (64 MiB).</value>
    [Range(1_024, 16 << 20)]
    public int WriterCacheKiB { get; set; } = 64 << 10;
}
