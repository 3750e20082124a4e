using Engine.Grains.Journal;
using Engine.Grains.Views;
using Engine.Storage.Migrations;
using Engine.Storage.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Engine.Storage.Tests.Sqlite;

/// <summary>The directory and its files: who may have them, what stands in them.</summary>
public sealed class SqliteFilesTests : IDisposable
{
    private readonly SqliteFixture _store = new();

    private static StreamName Stream => new("shop", "conversation", "c-1");

    public void Dispose() => _store.Dispose();

    [Fact]
    public void Open_DirectoryInUse_IsRefusedNamingIt()
    {
        var refusal = Assert.Throws<DataDirectoryInUseException>(() => _store.Open());
        Assert.Equal(_store.Folder, refusal.Directory);
        Assert.Contains(_store.Folder, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_AfterRefusal_TheFirstStillWorks()
    {
        Assert.Throws<DataDirectoryInUseException>(() => _store.Open());
        Assert.True((await _store.Journal.OpenAppender(Stream, 0).AppendAsync(new byte[1])).IsCommitted);
    }

    [Fact]
    public async Task Files_AreTheOwnersOnly()
    {
        if (OperatingSystem.IsWindows()) return;
        await _store.Journal.OpenAppender(Stream, 0).AppendAsync(new byte[1]);
        await _store.Keys.CreateAsync("shop", "", new byte[32]);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_store.Folder));
        var files = Directory.GetFiles(_store.Folder);
        foreach (var name in new[] { "journal.db", "journal.db-wal", "state.db", "state.db-wal", "views.db", "engine.lock" })
            Assert.Contains(Path.Combine(_store.Folder, name), files);
        foreach (var file in files) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task Append_Answered_IsSeenByAnotherConnection()
    {
        await _store.Journal.OpenAppender(Stream, 0).AppendAsync("hello"u8.ToArray());
        using var other = Connect("journal.db");
        using var command = other.CreateCommand();
        command.CommandText = "SELECT stream, version, silo, epoch, payload, lane, sequence FROM journal";
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        Assert.Equal(Stream.ToString(), reader.GetString(0));
        Assert.Equal(1, reader.GetInt64(1));
        Assert.Equal("silo-a", reader.GetString(2));
        Assert.Equal(1, reader.GetInt64(3));
        Assert.Equal("hello"u8.ToArray(), reader.GetFieldValue<byte[]>(4));
        Assert.Equal(Stream.Lane, reader.GetInt32(5));
        Assert.False(reader.Read());
    }

    [Fact]
    public async Task Sequence_AfterTheNewestRowsWentAway_IsNotGivenAgain()
    {
        var appender = _store.Journal.OpenAppender(Stream, 0);
        await appender.AppendAsync(new byte[1]);
        var last = (await appender.AppendAsync(new byte[1])).Position.Sequence;
        _store.Storage.Dispose();
        using (var other = Connect("journal.db")) Execute(other, "DELETE FROM commits WHERE version = 2");
        await _store.ReopenAsync();
        var next = await _store.Journal.OpenAppender(Stream, 1).AppendAsync(new byte[1]);
        Assert.True(next.Position.Sequence > last);
    }

    [Fact]
    public async Task Reopen_MigratesNothingTwice()
    {
        await _store.ReopenAsync();
        await _store.ReopenAsync();
        foreach (var (file, migrations) in new[] { ("journal.db", 1L), ("views.db", 3L), ("state.db", 3L) })
        {
            using var other = Connect(file);
            Assert.Equal(migrations, Scalar(other, "SELECT count(*) FROM schema_version"));
            Assert.Equal("wal", Scalar(other, "PRAGMA journal_mode"));
        }
    }

    [Theory]
    [InlineData("journal.db", 1)]
    [InlineData("state.db", 3)]
    [InlineData("views.db", 3)]
    public async Task Open_SchemaOfANewerEngine_IsRefusedAndChangesNothing(string file, int known)
    {
        _store.Storage.Dispose();
        using (var other = Connect(file)) Execute(other, "INSERT INTO schema_version VALUES (7, '0007_future', 0)");
        var refusal = Assert.Throws<StorageSchemaException>(() => _store.Open());
        Assert.Equal((7, known), (refusal.StoredVersion, refusal.KnownVersion));
        Assert.Contains(file, refusal.Message, StringComparison.Ordinal);

        // The refusal let go of the directory.
        using (var other = Connect(file)) Execute(other, "DELETE FROM schema_version WHERE version = 7");
        await _store.ReopenAsync();
    }

    [Fact]
    public async Task Views_OfAnOlderEngine_AreBroughtForwardWithTheirRows()
    {
        _store.Storage.Dispose();
        foreach (var old in Directory.GetFiles(_store.Folder, "views.db*")) File.Delete(old);
        using (var other = Connect("views.db"))
        {
            Execute(other, "CREATE TABLE schema_version (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL)");
            foreach (var script in MigrationScripts.Load("Sqlite/Migrations/Views/").Take(2))
            {
                Execute(other, script.Sql);
                Execute(other, $"INSERT INTO schema_version VALUES ({script.Number}, '{script.Name}', 0)");
            }

            Execute(other, "INSERT INTO conversations VALUES ('shop', 'c-1', 3, 'u', '', 1, 'web', x'', 5, 6, x'01', 0)");
            Execute(other, "INSERT INTO agents VALUES ('shop', 'ana', 2, 6, x'01')");
        }

        await _store.ReopenAsync();
        Assert.Equal("", Assert.Single(await _store.Views.ListConversationsAsync(new ConversationQuery { Workspace = "shop" })).Queue);
        Assert.Equal("c-1", Assert.Single(await _store.Views.ListLiveAsync("shop", "", 10)));
        Assert.Equal("c-1", Assert.Single(await _store.Views.ListCreatedAsync("shop", DateTimeOffset.MinValue, DateTimeOffset.MaxValue, null, 10)).Id);
        Assert.Equal(new AgentRoutingRow("ana", 2, null), Assert.Single(await _store.Views.ListAgentRoutingAsync("shop", "", 10)));
    }

    [Fact]
    public async Task Views_Deleted_StartFromTheBeginning()
    {
        await _store.Views.ApplyAsync([], await _store.Views.TakeAsync(LaneSet.All) with { Position = JournalPosition.At(0, 5) });
        _store.Storage.Dispose();
        File.Delete(Path.Combine(_store.Folder, "views.db"));
        await _store.ReopenAsync();
        Assert.Equal(JournalPosition.Start, await _store.Views.ReadCheckpointAsync());
    }

    [Fact]
    public void Open_FileIsNoDatabase_FailsAndLetsGoOfTheDirectory()
    {
        _store.Storage.Dispose();
        var path = Path.Combine(_store.Folder, "views.db");
        File.Delete(path);
        File.WriteAllText(path, new string('x', 8_192));
        Assert.ThrowsAny<Exception>(() => _store.Open());
        File.Delete(path);
        _store.Open().Dispose();
    }

    [Fact]
    public async Task Log_UnderLoad_StaysShort()
    {
        // Some 250 MiB of pages pass through the log.
        await Task.WhenAll(Enumerable.Range(0, 64).Select(async s =>
        {
            var appender = _store.Journal.OpenAppender(new StreamName("shop", "conversation", $"c-{s}"), 0);
            for (var i = 0; i < 40; i++)
                await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => appender.AppendAsync(new byte[8_000])));
        }));
        var log = new FileInfo(Path.Combine(_store.Folder, "journal.db-wal")).Length;
        Assert.InRange(log, 1, 150 << 20);
        Assert.Equal(64 * 320, (await _store.Journal.ReadEndAsync())[0].Sequence);
    }

    [Fact]
    public async Task LogOfViews_UnderLoad_StaysShort()
    {
        // One write of the projection touches pages of many rows and indexes: about 400 MiB pass through the log.
        var taken = await _store.Views.TakeAsync(LaneSet.All);
        for (var page = 0; page < 100; page++)
        {
            var time = DateTimeOffset.UnixEpoch.AddSeconds(page);
            var changes = Enumerable.Range(0, 1_000).Select(i => (ViewChange)new ViewChange.PutConversation(new ConversationRow(
                "shop", $"c-{(i * 7_919) % 20_000}", page + 1, $"u-{i}", "", 1, "web", [], time, time, new byte[200], new byte[100])));
            await _store.Views.ApplyAsync([.. changes], taken with { Position = JournalPosition.At(0, page + 1) });
        }

        Assert.InRange(new FileInfo(Path.Combine(_store.Folder, "views.db-wal")).Length, 1, 150 << 20);
    }

    private SqliteConnection Connect(string file)
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(_store.Folder, file)};Pooling=False");
        connection.Open();
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
