using Engine.LoadTests.Bench;
using Engine.LoadTests.Measuring;
using Engine.LoadTests.Processes;
using Microsoft.Data.Sqlite;

namespace Engine.LoadTests.Tests.Bench;

public sealed class RawInsertLoadTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("load-tests-").FullName;

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Run_inserts_as_many_rows_as_it_says_into_the_same_table_and_indexes()
    {
        var journal = Path.Combine(_folder, "journal.db");
        var copy = Path.Combine(_folder, "copy.db");
        Execute(journal, """
            CREATE TABLE other (x);
            CREATE TABLE commits (sequence INTEGER PRIMARY KEY AUTOINCREMENT, stream INTEGER NOT NULL,
                version INTEGER NOT NULL, lane INTEGER NOT NULL, writer INTEGER NOT NULL, payload BLOB NOT NULL,
                UNIQUE (stream, version));
            CREATE INDEX commits_by_lane ON commits (lane, sequence);
            """);
        long rows;
        using (var load = RawInsertLoad.Create(journal, copy, TimeProvider.System))
        {
            var limits = new LoadLimits(TimeSpan.FromMinutes(15), 2 * RawInsertLoad.BatchRows);
            rows = (await load.RunAsync(limits, CancellationToken.None)).Operations;
            // The second stretch goes on where the first ended.
            var second = await load.RunAsync(limits, CancellationToken.None);
            Assert.Equal(2, second.Latency.Count);
            rows += second.Operations;
        }

        Assert.Equal(4 * RawInsertLoad.BatchRows, rows);
        Assert.Equal(rows, Scalar(copy, "SELECT count(*) FROM commits WHERE length(payload) = 200"));
        Assert.Equal("wal", Scalar(copy, "PRAGMA journal_mode"));
        Assert.Equal(1L, Scalar(copy, "SELECT count(*) FROM sqlite_master WHERE name = 'commits_by_lane'"));
        Assert.Equal(0L, Scalar(copy, "SELECT count(*) FROM sqlite_master WHERE name = 'other'"));
    }

    [Fact]
    public void Create_without_such_a_table_is_refused()
    {
        var journal = Path.Combine(_folder, "journal.db");
        Execute(journal, "CREATE TABLE other (x)");
        Assert.Throws<EngineFailedException>(
            () => RawInsertLoad.Create(journal, Path.Combine(_folder, "copy.db"), TimeProvider.System));
        Assert.Throws<EngineFailedException>(
            () => RawInsertLoad.Create(Path.Combine(_folder, "none.db"), Path.Combine(_folder, "c2.db"), TimeProvider.System));
    }

    private static void Execute(string path, string sql) => Scalar(path, sql);

    private static object? Scalar(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path}");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this test.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }
}
