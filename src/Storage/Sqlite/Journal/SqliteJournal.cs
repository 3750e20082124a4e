using System.Collections.Concurrent;
using Engine.Grains.Journal;
using Engine.Storage.Sqlite.Native;
using static Engine.Storage.StorageLimits;

namespace Engine.Storage.Sqlite.Journal;

/// <summary>The journal in one SQLite file.</summary>
/// <remarks>
/// <para>
/// What a journal must give - a version fence for each stream, one order for consumers that skips nobody, appends that are
/// durable when answered and cheap under load - SQLite gives almost for free, because it has a single writer: commit order
/// is sequence order, rows become visible in that order, and a position is the same number in every lane. What it does not
/// give for free is throughput. A transaction for each append pays a sync each; <see cref="Writing.SqliteWriter"/> shares
/// one among all appends that wait.
/// </para>
/// <para>
/// The row's cost at a million rows is decided by the fence's index, which is hit at random places: every touched page
/// goes to the log. So stream names and writers are stored once and numbered, and the index holds two small integers a row.
/// The rows themselves lie in commit order, where appends and consumers touch neighbouring pages.
/// </para>
/// </remarks>
internal sealed class SqliteJournal : IJournal, IDisposable
{
    private readonly JournalState _state = new();
    private readonly SqliteFile _file;
    private readonly ConcurrentDictionary<long, (string Silo, long Epoch)> _writers = new();
    private long _writerId;

    public SqliteJournal(string path, SqliteContext context)
    {
        _file = SqliteFile.Open(
            path, "Sqlite/Migrations/Journal/", context,
            prepare: session => Start(session, context.Options.SiloName, context.Time), answered: _state.Announce);
        context.Logger.JournalOpened(Path.GetDirectoryName(path)!, context.Options.SiloName, Epoch, _state.Last);
    }

    /// <summary>The number of this start of the silo.</summary>
    public long Epoch { get; private set; }

    /// <summary>Transactions committed since opening; fewer than appends when they were grouped.</summary>
    public long Transactions => _file.Writer.Transactions;

    /// <summary>The file, for tests that make it fail.</summary>
    internal SqliteFile File => _file;

    /// <summary>One silo has the file, and one reader is faster than several that skip each other's rows.</summary>
    public int ConsumerGroups => 1;

    public IStreamAppender OpenAppender(StreamName stream, long version)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(version);
        return new SqliteStreamAppender(_file.Writer, _state, _writerId, stream, version);
    }

    public Task<IReadOnlyList<JournalRow>> ReadStreamAsync(
        StreamName stream, long afterVersion, int limit, CancellationToken cancellationToken = default) =>
        ReadStreamAsync(SqliteJournalSql.ReadForwards, stream, afterVersion, limit, cancellationToken);

    public Task<IReadOnlyList<JournalRow>> ReadStreamBackwardsAsync(
        StreamName stream, long beforeVersion, int limit, CancellationToken cancellationToken = default) =>
        ReadStreamAsync(SqliteJournalSql.ReadBackwards, stream, beforeVersion, limit, cancellationToken);

    public Task<JournalPage> ReadAsync(
        JournalPosition after, int limit, LaneSet? lanes = null, string? workspace = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(after);
        CheckLimit(limit, JournalRowsMax);
        return _file.Readers.ReadAsync(session => ReadPage(session, after, limit, lanes ?? LaneSet.All, workspace), cancellationToken);
    }

    public Task WaitAsync(JournalPosition after, LaneSet? lanes = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(after);
        return _state.WaitAsync(after, lanes ?? LaneSet.All, cancellationToken);
    }

    public Task<int> CountAsync(
        JournalPosition after, int max, LaneSet? lanes = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(after);
        CheckLimit(max, JournalCountMax);
        return _file.Readers.ReadAsync(session => Count(session, after, max, lanes ?? LaneSet.All), cancellationToken);
    }

    public Task<JournalPosition> ReadEndAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult(JournalPosition.At(0, _state.Last));

    public Task<StoredSnapshot?> ReadSnapshotAsync(StreamName stream, CancellationToken cancellationToken = default) =>
        _file.Readers.ReadAsync(
            session =>
            {
                var row = session.Prepare(SqliteJournalSql.ReadSnapshot).BindName(stream);
                var snapshot = row.Step() ? new StoredSnapshot(row.Int64(0), ErasableSlots.Content(row, 1)) : null;
                row.Reset();
                return snapshot;
            },
            cancellationToken);

    public Task WriteSnapshotAsync(StreamName stream, StoredSnapshot snapshot, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentOutOfRangeException.ThrowIfLessThan(snapshot.Version, 1);
        CheckBytes(snapshot.Payload.Length, SnapshotBytesMax, "A snapshot");
        cancellationToken.ThrowIfCancellationRequested();
        return _file.Writer.WriteAsync(
            session => SqliteJournalSql.WriteSnapshot(session, stream, snapshot), snapshot.Payload.Length);
    }

    public Task DeleteSnapshotAsync(StreamName stream, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _file.Writer.WriteAsync(session => SqliteJournalSql.DeleteSnapshot(session, stream), scrubs: true);
    }

    /// <summary>Commits what waits, then closes.</summary>
    public void Dispose()
    {
        _file.Dispose();
        _state.Close();
    }

    private void Start(SqliteSession session, string silo, TimeProvider time)
    {
        session.Prepare("""
            INSERT INTO writers (silo, epoch, started_at)
            VALUES (?1, (SELECT ifnull(max(epoch), 0) + 1 FROM writers WHERE silo = ?1), ?2)
            """).Bind(1, silo).Bind(2, time.GetUtcNow().UtcTicks).Execute();
        _writerId = session.LastInsertRowId;
        Epoch = session.Scalar($"SELECT epoch FROM writers WHERE id = {_writerId}");
        _writers[_writerId] = (silo, Epoch);
        _state.Restore(session.Scalar("SELECT max(sequence) FROM commits"));
    }

    private Task<IReadOnlyList<JournalRow>> ReadStreamAsync(
        string sql, StreamName stream, long version, int limit, CancellationToken cancellationToken)
    {
        CheckLimit(limit, JournalRowsMax);
        return _file.Readers.ReadAsync<IReadOnlyList<JournalRow>>(
            session => ReadRows(session, sql, stream, version, limit), cancellationToken);
    }

    private List<JournalRow> ReadRows(SqliteSession session, string sql, StreamName stream, long version, int limit)
    {
        var rows = new List<JournalRow>();
        var lane = stream.Lane;
        var row = session.Prepare(sql).BindName(stream).Bind(4, version).Bind(5, limit);
        while (row.Step())
        {
            var (silo, epoch) = Writer(session, row.Int64(2));
            rows.Add(new JournalRow(stream, row.Int64(0), new LanePosition(lane, 0, row.Int64(1)), silo, epoch, row.Blob(3)));
        }

        return rows;
    }

    private JournalPage ReadPage(SqliteSession session, JournalPosition after, int limit, LaneSet lanes, string? workspace)
    {
        var rows = new List<JournalRow>();
        var from = lanes.Lanes.Min(lane => after[lane].Sequence);
        var scannedTo = from;
        var (scanned, bytes) = (0, 0);
        var row = session.Prepare(SqliteJournalSql.ReadAll).Bind(1, from).Bind(2, workspace ?? string.Empty);
        var isEnd = false;
        while (!(isEnd = !row.Step()) && rows.Count < limit && scanned++ < JournalScanRowsMax && bytes < JournalPageBytes)
        {
            var position = new LanePosition(row.Int32(1), 0, scannedTo = row.Int64(0));
            if ((workspace is not null && row.Int32(4) == 0) || !lanes.Contains(position.Lane) || after.Covers(position)) continue;
            var stream = new StreamName(workspace ?? row.Text(5), row.Text(6), row.Text(7));
            var (silo, epoch) = Writer(session, row.Int64(3));
            var payload = row.Blob(8);
            bytes += payload.Length;
            rows.Add(new JournalRow(stream, row.Int64(2), position, silo, epoch, payload));
        }

        row.Reset();
        return new JournalPage(rows, Advance(after, scannedTo, lanes), isEnd);
    }

    private static int Count(SqliteSession session, JournalPosition after, int max, LaneSet lanes)
    {
        var count = 0;
        var row = session.Prepare("SELECT sequence, lane FROM commits WHERE sequence > ?1 ORDER BY sequence")
            .Bind(1, lanes.Lanes.Min(lane => after[lane].Sequence));
        while (count < max && row.Step())
        {
            var position = new LanePosition(row.Int32(1), 0, row.Int64(0));
            if (lanes.Contains(position.Lane) && !after.Covers(position)) count++;
        }

        row.Reset();
        return count;
    }

    private static JournalPosition Advance(JournalPosition after, long sequence, LaneSet lanes)
    {
        var places = new LanePosition[StreamName.LaneCount];
        for (var lane = 0; lane < places.Length; lane++)
        {
            places[lane] = !lanes.Contains(lane) || after[lane].Sequence >= sequence
                ? after[lane]
                : new LanePosition(lane, 0, sequence);
        }

        return JournalPosition.Of(places);
    }

    private (string Silo, long Epoch) Writer(SqliteSession session, long id)
    {
        if (_writers.TryGetValue(id, out var writer)) return writer;
        var row = session.Prepare("SELECT silo, epoch FROM writers WHERE id = ?1").Bind(1, id);
        writer = row.Step() ? (row.Text(0), row.Int64(1)) : (string.Empty, 0);
        row.Reset();
        return _writers.GetOrAdd(id, writer);
    }
}
