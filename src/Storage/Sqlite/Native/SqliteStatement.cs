using System.Text;
using SQLitePCL;
using static SQLitePCL.raw;

namespace Engine.Storage.Sqlite.Native;

/// <summary>One prepared statement, reused. Parameters count from 1, columns from 0, as in SQLite.</summary>
internal sealed class SqliteStatement : IDisposable
{
    private const int StackBytesMax = 512;
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    public SqliteStatement(sqlite3 database, string sql)
    {
        _database = database;
        var result = sqlite3_prepare_v3(database, sql, SQLITE_PREPARE_PERSISTENT, out _statement);
        if (result != SQLITE_OK) throw Failure(result);
    }

    public SqliteStatement Bind(int parameter, long value)
    {
        Check(sqlite3_bind_int64(_statement, parameter, value));
        return this;
    }

    public SqliteStatement Bind(int parameter, string value)
    {
        // An empty span would bind NULL.
        if (value.Length == 0)
        {
            Check(sqlite3_bind_text(_statement, parameter, utf8z.FromString(string.Empty)));
            return this;
        }

        if (value.Length * 3 <= StackBytesMax)
        {
            Span<byte> utf8 = stackalloc byte[StackBytesMax];
            Check(sqlite3_bind_text(_statement, parameter, utf8[..Encoding.UTF8.GetBytes(value, utf8)]));
        }
        else
        {
            Check(sqlite3_bind_text(_statement, parameter, value));
        }

        return this;
    }

    public SqliteStatement Bind(int parameter, ReadOnlySpan<byte> value)
    {
        Check(value.IsEmpty
            ? sqlite3_bind_zeroblob(_statement, parameter, 0)
            : sqlite3_bind_blob(_statement, parameter, value));
        return this;
    }

    public SqliteStatement BindNull(int parameter)
    {
        Check(sqlite3_bind_null(_statement, parameter));
        return this;
    }

    /// <summary>Advances to the next row; false, and reset for the next use, when there is none.</summary>
    public bool Step()
    {
        var result = sqlite3_step(_statement);
        if (result == SQLITE_ROW) return true;
        if (result != SQLITE_DONE)
        {
            var failure = Failure(result);
            Reset();
            throw failure;
        }

        sqlite3_reset(_statement);
        return false;
    }

    /// <summary>Runs a statement that answers no rows; returns how many it changed.</summary>
    public int Execute()
    {
        while (Step())
        {
        }

        return sqlite3_changes(_database);
    }

    /// <summary>The integer in the first column of the first row, 0 without one; then resets.</summary>
    public long First()
    {
        if (!Step()) return 0;
        var value = Int64(0);
        Reset();
        return value;
    }

    /// <summary>Ends the statement (and the read transaction it holds) and lets go of bound values.</summary>
    public void Reset()
    {
        sqlite3_reset(_statement);
        sqlite3_clear_bindings(_statement);
    }

    public long Int64(int column) => sqlite3_column_int64(_statement, column);

    public int Int32(int column) => sqlite3_column_int(_statement, column);

    public string Text(int column) => sqlite3_column_text(_statement, column).utf8_to_string() ?? string.Empty;

    /// <summary>Valid until the next step.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => sqlite3_column_blob(_statement, column);

    public byte[] Blob(int column) => sqlite3_column_blob(_statement, column).ToArray();

    /// <summary>A time stored as UTC ticks.</summary>
    public DateTimeOffset Time(int column) => new(sqlite3_column_int64(_statement, column), TimeSpan.Zero);

    public bool IsNull(int column) => sqlite3_column_type(_statement, column) == SQLITE_NULL;

    public void Dispose() => _statement.Dispose();

    private void Check(int result)
    {
        if (result != SQLITE_OK) throw Failure(result);
    }

    private SqliteFailureException Failure(int result) => new(result, sqlite3_errmsg(_database).utf8_to_string());
}
