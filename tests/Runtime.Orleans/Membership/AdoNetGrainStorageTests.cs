using System.Text;
using Engine.Runtime.Orleans.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;

namespace Engine.Runtime.Orleans.Tests.Membership;

/// <summary>With a table and queries of its own: the provider knows the queries by name and by their parameters only.</summary>
public sealed class AdoNetGrainStorageTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private const string Schema =
        """
        CREATE TABLE IF NOT EXISTS OrleansQuery (QueryKey text PRIMARY KEY, QueryText text NOT NULL);
        CREATE TABLE IF NOT EXISTS Kept (h int, n0 bigint, n1 bigint, th int, ts text, x text, s text, p bytea, v int);
        CREATE UNIQUE INDEX IF NOT EXISTS KeptKey ON Kept (h, n0, n1, th, ts, s, coalesce(x, ''));
        INSERT INTO OrleansQuery VALUES
        ('ReadFromStorageKey', 'SELECT p AS PayloadBinary, v AS Version FROM Kept WHERE h = @GrainIdHash AND n0 = @GrainIdN0 AND n1 = @GrainIdN1
            AND th = @GrainTypeHash AND ts = @GrainTypeString AND s = @ServiceId AND x IS NOT DISTINCT FROM @GrainIdExtensionString'),
        ('WriteToStorageKey', 'WITH u AS (UPDATE Kept SET p = @PayloadBinary, v = v + 1 WHERE h = @GrainIdHash AND n0 = @GrainIdN0 AND n1 = @GrainIdN1
            AND th = @GrainTypeHash AND ts = @GrainTypeString AND s = @ServiceId AND x IS NOT DISTINCT FROM @GrainIdExtensionString
            AND v = @GrainStateVersion RETURNING v),
            i AS (INSERT INTO Kept SELECT @GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainTypeHash, @GrainTypeString, @GrainIdExtensionString, @ServiceId,
            @PayloadBinary, 1 WHERE @GrainStateVersion IS NULL ON CONFLICT DO NOTHING RETURNING v)
            SELECT coalesce((SELECT v FROM u), (SELECT v FROM i), @GrainStateVersion) AS NewGrainStateVersion'),
        ('ClearStorageKey', 'WITH u AS (UPDATE Kept SET p = NULL, v = v + 1 WHERE h = @GrainIdHash AND n0 = @GrainIdN0 AND n1 = @GrainIdN1
            AND th = @GrainTypeHash AND ts = @GrainTypeString AND s = @ServiceId AND x IS NOT DISTINCT FROM @GrainIdExtensionString
            AND v = @GrainStateVersion RETURNING v) SELECT coalesce((SELECT v FROM u), @GrainStateVersion) AS NewGrainStateVersion')
        ON CONFLICT DO NOTHING;
        """;

    private TestSilo _silo = null!;
    private IGrainStorage _storage = null!;

    public async Task InitializeAsync()
    {
        await Execute(Schema);
        _silo = await TestSilo.Start(silo =>
        {
            silo.AddAdoNetGrainStorage("kept", options => (options.Invariant, options.ConnectionString) = ("Npgsql", postgres.ConnectionString));
            silo.Services.AddKeyedSingleton<IGrainStorageSerializer>("kept", new Plain());
        });
        _storage = _silo.Services.GetRequiredKeyedService<IGrainStorage>("kept");
    }

    public async Task DisposeAsync() => await _silo.DisposeAsync();

    [Theory]
    [InlineData("w/c#ä")]
    [InlineData("1F")]
    [InlineData("0123456789abcdef0123456789abcdef")]
    [InlineData("0123456789abcdef0123456789abcdef+x")]
    public async Task State_is_written_read_and_cleared(string key)
    {
        var id = GrainId.Create("kept", key);
        var state = new GrainState<string>();
        await _storage.ReadStateAsync("settings", id, state);
        Assert.Equal((null, false), (state.ETag, state.RecordExists));

        state.State = "one";
        await _storage.WriteStateAsync("settings", id, state);
        Assert.Equal("1", state.ETag);
        state.State = "two";
        await _storage.WriteStateAsync("settings", id, state);

        var read = new GrainState<string>();
        await _storage.ReadStateAsync("settings", id, read);
        Assert.Equal(("two", "2", true), (read.State, read.ETag, read.RecordExists));

        await _storage.ClearStateAsync("settings", id, read);
        Assert.Equal(("3", false), (read.ETag, read.RecordExists));
        await _storage.ReadStateAsync("settings", id, state);
        Assert.Equal((null, "3", false), (state.State, state.ETag, state.RecordExists));
        state.State = "three";
        await _storage.WriteStateAsync("settings", id, state);
        Assert.Equal("4", state.ETag);
    }

    [Fact]
    public async Task Second_of_two_writers_is_refused()
    {
        var id = GrainId.Create("kept", "two");
        var first = new GrainState<string>("first");
        await _storage.WriteStateAsync("settings", id, first);

        var fresh = new GrainState<string>("second");
        await Assert.ThrowsAsync<InconsistentStateException>(() => _storage.WriteStateAsync("settings", id, fresh));
        var stale = new GrainState<string>("third", "7");
        var error = await Assert.ThrowsAsync<InconsistentStateException>(() => _storage.WriteStateAsync("settings", id, stale));
        Assert.Equal("7", error.CurrentEtag);
        await Assert.ThrowsAsync<InconsistentStateException>(
            () => _storage.ClearStateAsync("settings", id, new GrainState<string>("", "7") { RecordExists = true }));
    }

    [Fact]
    public async Task States_of_other_names_and_grains_are_apart()
    {
        await _storage.WriteStateAsync("a", GrainId.Create("kept", "apart"), new GrainState<string>("x"));
        foreach (var (name, key) in new[] { ("b", "apart"), ("a", "other") })
        {
            var state = new GrainState<string>();
            await _storage.ReadStateAsync(name, GrainId.Create("kept", key), state);
            Assert.False(state.RecordExists);
        }
    }

    [Fact]
    public async Task Silo_does_not_start_on_a_database_without_queries()
    {
        var empty = await postgres.Server.CreateDatabaseAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => TestSilo.Start(silo => silo.AddAdoNetGrainStorage(
            "kept", options => (options.Invariant, options.ConnectionString) = ("Npgsql", empty))));
    }

    private async Task Execute(string sql)
    {
        await using var connection = new NpgsqlConnection(postgres.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Statements of this test only.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    private sealed class Plain : IGrainStorageSerializer
    {
        public BinaryData Serialize<T>(T? input) => new(Encoding.UTF8.GetBytes((string)(object)input!));

        public T? Deserialize<T>(BinaryData input) => (T)(object)Encoding.UTF8.GetString(input.ToMemory().Span);
    }
}
