using Engine.LoadTests.Measuring;
using Engine.LoadTests.Processes;
using SQLitePCL;
using static SQLitePCL.raw;

namespace Engine.LoadTests.Bench;

/// <summary>
/// Rows a second into a table like the journal's, with nothing around it: what SQLite and the disk can take.
/// </summary>
/// <remarks>
/// The table and its indexes are copied from the journal that the engine made in this run, so that the yardstick follows
/// the engine. The same library and the same promise: write-ahead log, <c>synchronous=FULL</c>, one sync a batch. A batch
/// has as many rows as there are callers in durable_256, which is the largest group that they can form. SQLite moves its
/// log into the file as it likes; that work is part of inserting.
/// </remarks>
internal sealed class RawInsertLoad : IRawInsertLoad, IDisposable
{
    public const int BatchRows = 256;
    private const int Streams = 1_024;
    private const int LanesMax = 64;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _insert;
    private readonly TimeProvider _time;
    private long _rows;

    static RawInsertLoad() => Batteries_V2.Init();

    private RawInsertLoad(sqlite3 database, TimeProvider time)
    {
        _database = database;
        _time = time;
        Check(sqlite3_prepare_v2(
            database, "INSERT INTO commits (stream, version, lane, writer, payload) VALUES (?1, ?2, ?3, ?4, ?5)", out _insert));
    }

    /// <param name="journal">The engine's <c>journal.db</c>, with no engine running on it.</param>
    /// <param name="path">The file to make.</param>
    /// <exception cref="EngineFailedException">The journal has no table as expected.</exception>
    public static RawInsertLoad Create(string journal, string path, TimeProvider time)
    {
        var schema = ReadSchema(journal);
        if (sqlite3_open(path, out var database) != SQLITE_OK) throw new EngineFailedException($"{path} cannot be made.");
        try
        {
            Execute(database, "PRAGMA journal_mode = WAL");
            Execute(database, "PRAGMA synchronous = FULL");
            Execute(database, "PRAGMA cache_size = -65536");
            foreach (var sql in schema) Execute(database, sql);
            return new RawInsertLoad(database, time);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    public Task<LoadResult> RunAsync(LoadLimits limits, CancellationToken cancellationToken) =>
        Task.Run(() => Run(limits, cancellationToken), cancellationToken);

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose()
    {
        _insert.Dispose();
        _database.Dispose();
    }

    private LoadResult Run(LoadLimits limits, CancellationToken cancellationToken)
    {
        var payload = new byte[Payload.SizeBytes];
        var latency = new LatencyLog();
        var begin = _time.GetTimestamp();
        long done = 0;
        while (_time.GetElapsedTime(begin) < limits.Time && done < limits.Operations)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var start = _time.GetTimestamp();
            Execute(_database, "BEGIN IMMEDIATE");
            for (var i = 0; i < BatchRows; i++) Insert(payload);
            Execute(_database, "COMMIT");
            latency.Add(_time.GetElapsedTime(start));
            done += BatchRows;
        }

        return new LoadResult(done, _time.GetElapsedTime(begin), latency);
    }

    private void Insert(byte[] payload)
    {
        // Sealed content looks random, and no two rows are alike.
        Random.Shared.NextBytes(payload);
        var stream = _rows % Streams;
        Check(sqlite3_bind_int64(_insert, 1, stream + 1));
        Check(sqlite3_bind_int64(_insert, 2, _rows / Streams + 1));
        Check(sqlite3_bind_int64(_insert, 3, stream % LanesMax));
        Check(sqlite3_bind_int64(_insert, 4, 1));
        Check(sqlite3_bind_blob(_insert, 5, payload));
        if (sqlite3_step(_insert) != SQLITE_DONE) throw Failure(_database);
        Check(sqlite3_reset(_insert));
        _rows++;
    }

    private static List<string> ReadSchema(string journal)
    {
        if (!File.Exists(journal) || sqlite3_open_v2(journal, out var database, SQLITE_OPEN_READWRITE, null) != SQLITE_OK)
            throw new EngineFailedException($"{journal} cannot be opened.");
        using (database)
        {
            Check(database, sqlite3_prepare_v2(
                database, "SELECT sql FROM sqlite_master WHERE tbl_name = 'commits' AND sql IS NOT NULL ORDER BY type DESC",
                out var select));
            using (select)
            {
                var schema = new List<string>();
                while (sqlite3_step(select) == SQLITE_ROW) schema.Add(sqlite3_column_text(select, 0).utf8_to_string());
                return schema.Count > 0 ? schema : throw new EngineFailedException($"{journal} has no table 'commits'.");
            }
        }
    }

    private static void Execute(sqlite3 database, string sql) => Check(database, sqlite3_exec(database, sql));

    private void Check(int result) => Check(_database, result);

    private static void Check(sqlite3 database, int result)
    {
        if (result != SQLITE_OK) throw Failure(database);
    }

    private static EngineFailedException Failure(sqlite3 database) =>
        new($"SQLite: {sqlite3_errmsg(database).utf8_to_string()}");
}
