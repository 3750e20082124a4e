using System.ComponentModel.DataAnnotations;

namespace Engine.Storage.Postgres;

/// <summary>The storage of a cluster: one PostgreSQL database (14 or newer) that all silos and gateways share.</summary>
public sealed class PostgresStorageOptions
{
    /// <summary>
    /// As Npgsql takes it, for instance <c>Host=db;Database=engine;Username=engine;Password=...</c>. What it sets wins over
    /// what Engine would set (timeouts, keep-alives), except for the size of the pool.
    /// </summary>
    /// <remarks>
    /// Name the server that takes writes; with several hosts add <c>Target Session Attributes=primary</c>. A pooler in
    /// between must pool sessions, not transactions.
    /// </remarks>
    [Required]
    public string ConnectionString { get; set; } = "";

    /// <summary>Who writes: stands in every commit, together with the number of this start.</summary>
    /// <value>The default is <c>silo</c>.</value>
    [Required, StringLength(128, MinimumLength = 1)]
    public string SiloName { get; set; } = "silo";

    /// <summary>
    /// Whether the start brings the schema up to date. Otherwise it only checks that someone else did (<c>engine
    /// migrate</c>), and needs no right to change the schema.
    /// </summary>
    /// <value>The default is true.</value>
    public bool MigrateAtStart { get; set; } = true;

    /// <summary>How long the start waits for a database that cannot be reached.</summary>
    /// <value>The default is 60 s.</value>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan StartWaitMax { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long a call waits for a database that cannot be reached before it fails; a restart of the database that takes less
    /// is a pause. Appends that were under way when the connection broke fail at once, since nobody knows their outcome.
    /// </summary>
    /// <value>The default is 20 s: less than a grain call's timeout.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan OutageWaitMax { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long one statement may take before its connection counts as broken.</summary>
    /// <value>The default is 10 s.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Connections that write the journal. Each has one batch under way; a stream always uses the same.</summary>
    /// <value>The default is 2.</value>
    [Range(1, 64)]
    public int Writers { get; set; } = 2;

    /// <summary>Connections for everything else; calls wait for a free one. The silo opens at most this many and its writers'.</summary>
    /// <value>The default is 16.</value>
    [Range(2, 1_000)]
    public int PoolSize { get; set; } = 16;

    /// <summary>Appends committed together at most.</summary>
    /// <value>The default is 1,024.</value>
    [Range(1, 16_384)]
    public int BatchWritesMax { get; set; } = 1_024;

    /// <summary>Payload bytes committed together at most; one larger append still passes, alone.</summary>
    /// <value>The default is 8 MiB.</value>
    [Range(1, 256 << 20)]
    public int BatchBytesMax { get; set; } = 8 << 20;

    /// <summary>Appends that may wait in this process. One more is refused, and its chain broken: admit less before.</summary>
    /// <value>The default is 100,000.</value>
    [Range(1, 10_000_000)]
    public int QueuedWritesMax { get; set; } = 100_000;

    /// <summary>Payload bytes that may wait in this process; more are refused.</summary>
    /// <value>The default is 256 MiB.</value>
    [Range(1, 1L << 40)]
    public long QueuedBytesMax { get; set; } = 256L << 20;

    /// <summary>How often the journal's end is asked for while someone waits for commits of other silos. Own commits wake at once.</summary>
    /// <value>The default is 100 ms.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:00.500")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(100);
}
