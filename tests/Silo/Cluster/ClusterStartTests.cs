using Engine.Silo.Tests.Processes;
using Engine.V1;
using Npgsql;

namespace Engine.Silo.Tests.Cluster;

/// <summary>What an operator can get wrong with a cluster, and what it is told.</summary>
public sealed class ClusterStartTests : IDisposable
{
    private const string Secret = "s3cret-of-the-database";
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task All_faults_of_a_clusters_settings_are_named_together_and_no_password()
    {
        var result = await EngineProcess.RunAsync(
            ["run", "--role", "silos", "--silo-listen", "0.0.0.0:0", "--cluster-id", "a b", "--otlp-endpoint", "here", "--trace-ratio", "2"],
            new Dictionary<string, string?>
            {
                ["ENGINE_DATA_DIR"] = _directory.File("data"),
                ["ENGINE_POSTGRES"] = $"Hots=db;Password={Secret}",
                ["ENGINE_OPERATOR_KEY"] = "short",
                ["ENGINE_POSTGRES_WRITERS"] = "0",
            });

        Assert.Equal(2, result.ExitCode);
        string[] expected =
        [
            "--role must be one of all, silo, gateway", "--silo-listen is every address", "--cluster-id is out of bounds",
            "--otlp-endpoint must be a URL", "--trace-ratio is out of bounds", "ENGINE_POSTGRES is not an Npgsql connection string",
            "ENGINE_OPERATOR_KEY must be", "ENGINE_POSTGRES_WRITERS is out of bounds",
        ];
        Assert.All(expected, text => Assert.Contains(text, result.Errors, StringComparison.Ordinal));
        Assert.DoesNotContain(Secret, result.ToString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_directory.File("data")));
    }

    [Theory]
    [InlineData("gateway")]
    [InlineData("silo")]
    public async Task Role_of_a_cluster_without_a_database_is_refused(string role)
    {
        var result = await EngineProcess.RunAsync(["run", "--data-dir", _directory.File("data"), "--role", role]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains($"--role {role} needs --postgres", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connection_string_without_host_and_database_is_refused()
    {
        var result = await EngineProcess.RunAsync(
            ["run", "--data-dir", _directory.File("data"), "--postgres", $"Username=engine;Password={Secret}"]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--postgres names no Host", result.Errors, StringComparison.Ordinal);
        Assert.Contains("--postgres names no Database", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, result.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("migrate")]
    public async Task Database_that_cannot_be_reached_is_named_without_its_password(string command)
    {
        var result = await EngineProcess.RunAsync(
            [command, "--data-dir", _directory.File("data"), "--listen", "0", "--database-wait", "0"],
            new Dictionary<string, string?> { ["ENGINE_POSTGRES"] = $"Host=127.0.0.1;Port=1;Database=engine;Username=engine;Password={Secret}" });

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("The database engine on 127.0.0.1:1 cannot be reached", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, result.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Database_that_is_not_there_is_named()
    {
        var server = await EngineCluster.SharedDatabaseAsync();
        var result = await EngineProcess.RunAsync(
            ["run", "--data-dir", _directory.File("data"), "--listen", "0"],
            new Dictionary<string, string?> { ["ENGINE_POSTGRES"] = server.ConnectionStringOf("nowhere") });

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("The database nowhere on ", result.Errors, StringComparison.Ordinal);
        Assert.Contains("does not exist (3D000)", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrate_makes_the_schema_and_does_nothing_the_second_time()
    {
        var server = await EngineCluster.SharedDatabaseAsync();
        var environment = new Dictionary<string, string?> { ["ENGINE_POSTGRES"] = await server.CreateDatabaseAsync() };

        var first = await EngineProcess.RunAsync(["migrate"], environment, _directory.FullPath);
        var second = await EngineProcess.RunAsync(["migrate"], environment, _directory.FullPath);

        Assert.True(first.ExitCode == 0, first.ToString());
        Assert.True(second.ExitCode == 0, second.ToString());
        Assert.Contains("schema journal: version ", first.Output, StringComparison.Ordinal);
        Assert.Equal(
            first.Output.Split('\n').Where(line => line.StartsWith("schema ", StringComparison.Ordinal)),
            second.Output.Split('\n').Where(line => line.StartsWith("schema ", StringComparison.Ordinal)));
        await using var connection = new NpgsqlConnection(environment["ENGINE_POSTGRES"]);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT count(*) FROM journal", connection);
        Assert.Equal(0L, await command.ExecuteScalarAsync());
    }

    [Fact]
    public async Task Migrate_of_files_is_refused_with_the_reason()
    {
        var result = await EngineProcess.RunAsync(["migrate", "--data-dir", _directory.File("data")]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("needs --postgres", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Process_with_another_master_key_or_another_clock_does_not_join()
    {
        await using var cluster = await EngineCluster.OpenAsync();
        await cluster.StartAsync("all");

        var otherKey = cluster.Environment;
        otherKey["ENGINE_MASTER_KEY"] = Convert.ToBase64String(new byte[32]);
        var key = await EngineProcess.RunAsync(["run", "--data-dir", _directory.File("key"), "--listen", "0"], otherKey);
        var clock = await EngineProcess.RunAsync(
            ["run", "--data-dir", _directory.File("clock"), "--listen", "0", "--clock-speed", "60"], cluster.Environment);
        var noKey = cluster.Environment;
        noKey["ENGINE_MASTER_KEY"] = null;
        var without = await EngineProcess.RunAsync(["run", "--data-dir", _directory.File("none"), "--listen", "0"], noKey);

        Assert.Equal([1, 1, 1], new[] { key.ExitCode, clock.ExitCode, without.ExitCode });
        Assert.Contains("The data in the database was written with another master key", key.Errors, StringComparison.Ordinal);
        Assert.Contains("start with --clock-speed 1", clock.Errors, StringComparison.Ordinal);
        Assert.Contains("master.key is missing", without.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Process_that_may_not_migrate_refuses_an_empty_database_until_it_was_migrated()
    {
        await using var cluster = await EngineCluster.OpenAsync();

        var refused = await EngineProcess.RunAsync(
            ["run", "--data-dir", _directory.File("data"), "--listen", "0", "--migrate-at-start", "false"], cluster.Environment);

        Assert.True(refused.ExitCode == 1, refused.ToString());
        Assert.Contains("Run 'engine migrate' first", refused.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Errors, StringComparison.Ordinal);

        var migrated = await EngineProcess.RunAsync(["migrate"], cluster.Environment, _directory.FullPath);
        Assert.True(migrated.ExitCode == 0, migrated.ToString());

        var engine = await cluster.StartAsync("all", "--migrate-at-start", "false");
        using var api = cluster.ApiOf(engine);
        await Retry.RunAsync(() => api.Workspaces.GetWorkspaceAsync(new GetWorkspaceRequest()));
        Assert.Equal(0, await engine.StopAsync());
    }
}
