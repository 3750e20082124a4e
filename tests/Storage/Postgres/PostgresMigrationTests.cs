using Engine.Grains.Journal;
using Engine.Grains.Views;
using Engine.Storage.Migrations;
using Engine.Storage.Postgres.Migrations;
using Engine.Storage.Tests.Support;
using Npgsql;

namespace Engine.Storage.Tests.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class PostgresMigrationTests(SharedPostgres postgres)
{
    [Fact]
    public async Task Migrate_EightAtOnceOnAnEmptyDatabase_AllSucceedAndEveryScriptRanOnce()
    {
        var database = await postgres.Server.CreateDatabaseAsync();
        var reports = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PostgresMigrator.MigrateAsync(database)));
        Assert.All(reports, report => Assert.Equal(reports[0], report));
        Assert.Contains(new SchemaVersion("journal", 1), reports[0]);
        Assert.Contains(new SchemaVersion("orleans", 1), reports[0]);
        Assert.Equal((long)reports[0].Sum(s => s.Version), await ScalarAsync(database, "SELECT count(*) FROM schema_version"));
    }

    [Fact]
    public async Task Start_EightSilosAtOnceOnAnEmptyDatabase_AllAppend()
    {
        var database = await postgres.Server.CreateDatabaseAsync();
        await using var first = new PostgresFixture(database);
        var silos = Enumerable.Range(0, 8).Select(i => first.New($"silo-{i}")).ToArray();
        var outcomes = await Task.WhenAll(silos.Select((silo, i) =>
            silo.Journal.OpenAppender(new StreamName("shop", "conversation", $"c-{i}"), 0).AppendAsync(new byte[1])));
        Assert.All(outcomes, outcome => Assert.True(outcome.IsCommitted));
        Assert.Equal(1L, await ScalarAsync(database, "SELECT number FROM incarnation"));
        foreach (var silo in silos) await silo.DisposeAsync();
    }

    [Fact]
    public async Task Migrate_SchemaOfANewerEngine_IsRefusedAndChangesNothing()
    {
        var database = await postgres.Server.CreateDatabaseAsync();
        await PostgresMigrator.MigrateAsync(database);
        await ExecuteAsync(database, "INSERT INTO schema_version (schema, version, name) VALUES ('journal', 77, '0077_future')");
        var refusal = await Assert.ThrowsAsync<StorageSchemaException>(() => PostgresMigrator.MigrateAsync(database));
        Assert.Equal(77, refusal.StoredVersion);
        Assert.Contains("journal", refusal.Message, StringComparison.Ordinal);
        await using var store = new PostgresFixture(database);
        await Assert.ThrowsAsync<StorageSchemaException>(() => store.Storage.OpenAsync());
        await Assert.ThrowsAsync<StorageSchemaException>(() => store.Keys.ReadAsync("shop", ""));
        var append = store.Journal.OpenAppender(new StreamName("shop", "conversation", "c"), 0);
        Assert.Equal(0L, await ScalarAsync(database, "SELECT count(*) FROM journal"));
        Assert.NotNull(append);
    }

    [Fact]
    public async Task Migrate_ViewsOfAnOlderEngine_AreBroughtForwardWithTheirRows()
    {
        var database = await postgres.Server.CreateDatabaseAsync();
        await PostgresMigrator.MigrateAsync(database);
        await ExecuteAsync(
            database,
            $"""
            DROP TABLE view_checkpoints, view_conversations, view_conversation_tags, view_customers, view_agents, view_timeline,
                view_sla_outcomes, view_promise_outcomes;
            {MigrationScripts.Load("Postgres/Migrations/Views/")[0].Sql}
            DELETE FROM schema_version WHERE schema = 'views' AND version > 1;
            INSERT INTO view_conversations VALUES ('shop', 'c-1', 3, 'u', '', 1, 'web', ARRAY[]::text[], 5, 6, 'x', NULL);
            INSERT INTO view_agents VALUES ('shop', 'ana', 2, 6, 'x')
            """);
        await using var store = await PostgresFixture.OpenAsync(database);
        Assert.Equal("", Assert.Single(await store.Views.ListConversationsAsync(new ConversationQuery { Workspace = "shop" })).Queue);
        Assert.Equal("c-1", Assert.Single(await store.Views.ListLiveAsync("shop", "", 10)));
        Assert.Equal("c-1", Assert.Single(await store.Views.ListCreatedAsync("shop", DateTimeOffset.MinValue, DateTimeOffset.MaxValue, null, 10)).Id);
        Assert.Equal(new AgentRoutingRow("ana", 2, null), Assert.Single(await store.Views.ListAgentRoutingAsync("shop", "", 10)));
    }

    [Fact]
    public async Task Start_WithoutMigrating_SaysWhatToRun()
    {
        var database = await postgres.Server.CreateDatabaseAsync();
        await using var store = new PostgresFixture(database, options => options.MigrateAtStart = false);
        var refusal = await Assert.ThrowsAsync<StorageSchemaException>(() => store.Storage.OpenAsync());
        Assert.Contains("engine migrate", refusal.Message, StringComparison.Ordinal);
        await PostgresMigrator.MigrateAsync(database);
        await store.Storage.OpenAsync();
    }

    [Fact]
    public async Task Start_AsAUserWithoutRightsToTheSchema_WorksOnAMigratedDatabase()
    {
        var database = await postgres.Server.CreateDatabaseAsync();
        await PostgresMigrator.MigrateAsync(database);
        var name = $"silo_{Guid.NewGuid():N}";
        await ExecuteAsync(
            database,
            $"""
            CREATE ROLE {name} LOGIN;
            GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}
            """);
        var asUser = new NpgsqlConnectionStringBuilder(database) { Username = name }.ConnectionString;
        await using var store = await PostgresFixture.OpenAsync(asUser, options => options.MigrateAtStart = false);
        Assert.True((await store.Journal.OpenAppender(new StreamName("shop", "conversation", "c"), 0).AppendAsync(new byte[1])).IsCommitted);
        Assert.Single((await store.Journal.ReadAsync(JournalPosition.Start, 10)).Rows);
    }

    [Fact]
    public async Task Migrate_AUnreachableDatabase_SaysSo() => await Assert.ThrowsAsync<JournalUnavailableException>(
        () => PostgresMigrator.MigrateAsync("Host=127.0.0.1;Port=1;Username=u;Password=hunter2;Timeout=1"));

    private static async Task<object?> ScalarAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private static Task<object?> ExecuteAsync(string connectionString, string sql) => ScalarAsync(connectionString, sql);
}
