namespace Engine.Grains.Journal;

/// <summary>
/// The journal: the single source of truth for every actor. One row is one commit, <c>(stream, version, lane, silo,
/// epoch, payload)</c>, holding all events of one command, so a command is atomic.
/// </summary>
/// <remarks>
/// The primary key <c>(stream, version)</c> is the fence: when an actor is active twice for a moment, both may decide, but
/// only one of them can write version n+1; the other learns that it lost and drops what it had pending. Locks and leases
/// only make that rare. Appends of all actors of a silo are committed in groups: one transaction, one sync, for whatever
/// waits - no added delay when little waits, large groups when much does. Implementations share one contract test suite.
/// </remarks>
public interface IJournal
{
    /// <summary>
    /// Into how many groups of lanes consumers divide their work, each group with one owner in the cluster: 1 to 64, the same
    /// on every silo. It is part of what is stored (checkpoints are kept by group).
    /// </summary>
    int ConsumerGroups { get; }

    /// <summary>Starts a chain of appends after <paramref name="version"/>, the last version the actor has seen (0: none).</summary>
    IStreamAppender OpenAppender(StreamName stream, long version);

    /// <summary>Rows of one stream with a version above <paramref name="afterVersion"/>, ascending.</summary>
    /// <param name="limit">At most this many rows, 1 to 4,096.</param>
    Task<IReadOnlyList<JournalRow>> ReadStreamAsync(StreamName stream, long afterVersion, int limit, CancellationToken cancellationToken = default);

    /// <summary>Rows of one stream with a version below <paramref name="beforeVersion"/>, descending.</summary>
    /// <param name="limit">At most this many rows, 1 to 4,096.</param>
    Task<IReadOnlyList<JournalRow>> ReadStreamBackwardsAsync(StreamName stream, long beforeVersion, int limit, CancellationToken cancellationToken = default);

    /// <summary>
    /// Committed rows after a position, in ascending (transaction, sequence) over the lanes and none ever skipped, so that the
    /// place of a row read stands for all lanes that were read; optionally of some lanes or of one workspace only.
    /// Returns at once, possibly with no rows; the returned position still advances past rows of other workspaces. In lanes
    /// that were not read it is <paramref name="after"/>.
    /// </summary>
    /// <param name="limit">At most this many rows, 1 to 4,096.</param>
    /// <param name="lanes">Null: all.</param>
    Task<JournalPage> ReadAsync(
        JournalPosition after, int limit, LaneSet? lanes = null, string? workspace = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Completes when rows may exist after <paramref name="after"/> in these lanes (null: in any); may complete early, never
    /// late by more than a second.
    /// </summary>
    Task WaitAsync(JournalPosition after, LaneSet? lanes = null, CancellationToken cancellationToken = default);

    /// <summary>How many rows follow a position in these lanes (null: in all), counted up to <paramref name="max"/>.</summary>
    /// <param name="max">1 to 100,000; a larger number costs a longer read.</param>
    Task<int> CountAsync(JournalPosition after, int max, LaneSet? lanes = null, CancellationToken cancellationToken = default);

    /// <summary>The position after every row committed so far.</summary>
    Task<JournalPosition> ReadEndAsync(CancellationToken cancellationToken = default);

    /// <summary>The newest stored snapshot of a stream, or null.</summary>
    Task<StoredSnapshot?> ReadSnapshotAsync(StreamName stream, CancellationToken cancellationToken = default);

    /// <summary>
    /// Stores a snapshot in place of an older one. A snapshot only saves replay: it may be lost, and one older than what is
    /// stored is ignored.
    /// </summary>
    Task WriteSnapshotAsync(StreamName stream, StoredSnapshot snapshot, CancellationToken cancellationToken = default);

    /// <summary>Deletes a stream's snapshot beyond recovery from the files (erasure).</summary>
    Task DeleteSnapshotAsync(StreamName stream, CancellationToken cancellationToken = default);
}
