using SQLitePCL;
using static SQLitePCL.raw;

namespace Engine.Storage.Sqlite.Native;

/// <summary>
/// One connection to one database file with its prepared statements. Used by one thread at a time. Stands directly on
/// SQLite's C API (SQLitePCLRaw): the ADO.NET layer allocates a reader for every insert, and its async methods are
/// synchronous anyway.
/// </summary>
internal sealed class SqliteSession : IDisposable
{
    private readonly sqlite3 _database;
    private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);

    static SqliteSession() => Batteries_V2.Init();

    private SqliteSession(sqlite3 database) => _database = database;

    public bool IsInTransaction => sqlite3_get_autocommit(_database) == 0;

    public long LastInsertRowId => sqlite3_last_insert_rowid(_database);

    /// <exception cref="SqliteFailureException">The file cannot be opened, or is no database.</exception>
    public static SqliteSession Open(string path, bool readOnly, int busyTimeoutMs = 5_000)
    {
        var flags = SQLITE_OPEN_NOMUTEX | (readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
        var result = sqlite3_open_v2(path, out var database, flags, null);
        if (result != SQLITE_OK)
        {
            var failure = new SqliteFailureException(result, $"cannot open {path}");
            database?.Dispose();
            throw failure;
        }

        sqlite3_extended_result_codes(database, 1);
        sqlite3_busy_timeout(database, busyTimeoutMs);
        return new SqliteSession(database);
    }

    /// <summary>The statement for this text, prepared at its first use. Texts are constants or few in number.</summary>
    public SqliteStatement Prepare(string sql)
    {
        if (_statements.TryGetValue(sql, out var statement)) return statement;
        statement = new SqliteStatement(_database, sql);
        _statements.Add(sql, statement);
        return statement;
    }

    /// <summary>Runs a script of any number of statements.</summary>
    public void Run(string script)
    {
        var result = sqlite3_exec(_database, script);
        if (result != SQLITE_OK) throw new SqliteFailureException(result, sqlite3_errmsg(_database).utf8_to_string());
    }

    /// <summary>The integer in the first column of the first row; 0 without a row.</summary>
    public long Scalar(string sql)
    {
        using var statement = new SqliteStatement(_database, sql);
        return statement.Step() ? statement.Int64(0) : 0;
    }

    /// <summary>
    /// Moves what the write-ahead log holds into the database file. Truncating also empties the log; it needs a moment
    /// without readers and answers false when the busy timeout passes first.
    /// </summary>
    public bool TryCheckpoint(bool truncate)
    {
        var mode = truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
        var result = sqlite3_wal_checkpoint_v2(_database, "main", mode, out _, out _);
        if (result == SQLITE_OK) return true;
        if ((result & 0xff) is SQLITE_BUSY or SQLITE_LOCKED) return false;
        throw new SqliteFailureException(result, sqlite3_errmsg(_database).utf8_to_string());
    }

    /// <summary>Pages this session wrote to the log since the last call.</summary>
    public long TakePagesWritten()
    {
        const int PagesWritten = 9; // SQLITE_DBSTATUS_CACHE_WRITE
        var result = sqlite3_db_status(_database, PagesWritten, out var pages, out _, 1);
        return result == SQLITE_OK ? pages : throw new SqliteFailureException(result, sqlite3_errmsg(_database).utf8_to_string());
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values) statement.Dispose();
        _statements.Clear();
        _database.Dispose();
    }
}
