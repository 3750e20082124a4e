using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Engine.Silo.Tests.Processes;
using Engine.V1;
using Grpc.Core;
using Xunit.Abstractions;

namespace Engine.Silo.Tests;

public sealed class StartTests(ITestOutputHelper output) : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task First_start_makes_keys_readable_by_their_owner_only_and_says_where_they_are()
    {
        var data = _directory.File("data");
        await using var engine = await EngineProcess.StartAsync(data);

        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Path.Combine(data, "admin.key")));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Path.Combine(data, "master.key")));
        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(data));
        Assert.Equal(32, Convert.FromBase64String(File.ReadAllText(Path.Combine(data, "master.key"))).Length);
        Assert.Contains($"Admin key in {Path.Combine(data, "admin.key")} (written now", engine.Output, StringComparison.Ordinal);
        Assert.Contains($"Master key in {Path.Combine(data, "master.key")} (made now", engine.Output, StringComparison.Ordinal);
        Assert.Equal("127.0.0.1", engine.Address.Host);

        using var api = EngineApi.Of(engine);
        var workspace = await api.Workspaces.GetWorkspaceAsync(new GetWorkspaceRequest());
        Assert.Equal("workspaces/default", workspace.Name);
    }

    [Fact]
    public async Task The_call_that_the_start_prints_works_as_it_stands()
    {
        await using var engine = await EngineProcess.StartAsync(_directory.File("data"));
        var line = await Eventually.GetAsync(() => engine.Output.Split('\n').FirstOrDefault(text => text.Contains(" call ", StringComparison.Ordinal)));

        var result = await Command.RunAsync("sh", ["-c", line.Trim()], Limits.Patience);

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Contains("workspaces/default", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Later_start_keeps_the_key_and_the_data()
    {
        var data = _directory.File("data");
        string key;
        await using (var first = await EngineProcess.StartAsync(data))
        {
            key = first.AdminKey;
            using var api = EngineApi.Of(first);
            await api.Customers.CreateCustomerAsync(new CreateCustomerRequest
            {
                RequestId = EngineApi.NewId(), CustomerId = "ada", Customer = new Customer { DisplayName = "Ada" },
            });
            Assert.Equal(0, await first.StopAsync());
        }

        var began = Stopwatch.StartNew();
        await using var second = await EngineProcess.StartAsync(data);
        // Alone a second or two. Told, not asserted: it is the machine's as much as the engine's.
        output.WriteLine($"ready after {began.Elapsed}");
        Assert.Equal(key, second.AdminKey);
        Assert.DoesNotContain("written now", second.Output, StringComparison.Ordinal);
        Assert.Contains("Admin key in ", second.Output, StringComparison.Ordinal);
        using var again = EngineApi.Of(second);
        var customer = await again.Customers.GetCustomerAsync(new GetCustomerRequest { Name = "customers/ada" });
        Assert.Equal("Ada", customer.DisplayName);
    }

    [Fact]
    public async Task Key_file_that_was_taken_away_stays_away_until_asked_for()
    {
        var data = _directory.File("data");
        string key;
        await using (var first = await EngineProcess.StartAsync(data))
        {
            key = first.AdminKey;
            await first.StopAsync();
        }

        File.Delete(Path.Combine(data, "admin.key"));
        await using (var second = await EngineProcess.StartAsync(data))
        {
            Assert.False(File.Exists(Path.Combine(data, "admin.key")));
            await second.StopAsync();
        }

        await using var third = await EngineProcess.StartAsync(data, ["--write-admin-key"]);
        Assert.Equal(key, third.AdminKey);
        using var api = EngineApi.Of(third);
        await api.Workspaces.GetWorkspaceAsync(new GetWorkspaceRequest());
    }

    [Fact]
    public async Task First_start_that_died_before_it_wrote_the_key_is_finished_by_the_next()
    {
        var data = _directory.File("data");
        string key;
        await using (var first = await EngineProcess.StartAsync(data))
        {
            key = first.AdminKey;
            await first.KillAsync();
        }

        // What a death between the creation of the workspace and the writing of its key leaves behind.
        File.WriteAllText(Path.Combine(data, "admin.key"), "");
        await using var second = await EngineProcess.StartAsync(data);
        Assert.Equal(key, second.AdminKey);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Path.Combine(data, "admin.key")));
    }

    [Fact]
    public async Task Second_engine_on_the_same_data_is_refused()
    {
        var data = _directory.File("data");
        await using var engine = await EngineProcess.StartAsync(data);

        var second = await EngineProcess.RunAsync(["run", "--data-dir", data, "--listen", "0"]);

        Assert.Equal(1, second.ExitCode);
        Assert.Contains(data, second.Errors, StringComparison.Ordinal);
        Assert.Contains("in use by another Engine process", second.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", second.Errors, StringComparison.Ordinal);
        using var api = EngineApi.Of(engine);
        await api.Workspaces.GetWorkspaceAsync(new GetWorkspaceRequest());
    }

    [Fact]
    public async Task Port_of_another_program_is_named()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var result = await EngineProcess.RunAsync(["--data-dir", _directory.File("data"), "--listen", $"{port}"]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"127.0.0.1:{port}", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_master_key_beside_data_is_never_replaced()
    {
        var data = await StartAndStopAsync();
        File.Move(Path.Combine(data, "master.key"), _directory.File("kept.key"));

        var without = await EngineProcess.RunAsync(["--data-dir", data, "--listen", "0"]);
        Assert.Equal(1, without.ExitCode);
        Assert.Contains("master.key is missing", without.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(data, "master.key")));

        await using var engine = await EngineProcess.StartAsync(
            data, environment: new Dictionary<string, string?> { ["ENGINE_MASTER_KEY"] = File.ReadAllText(_directory.File("kept.key")).Trim() });
        using var api = EngineApi.Of(engine);
        await api.Workspaces.GetWorkspaceAsync(new GetWorkspaceRequest());
    }

    [Fact]
    public async Task Master_key_open_to_others_is_refused()
    {
        var data = await StartAndStopAsync();
        File.SetUnixFileMode(Path.Combine(data, "master.key"), OwnerOnly | UnixFileMode.GroupRead);

        var result = await EngineProcess.RunAsync(["--data-dir", data, "--listen", "0"]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("chmod 600", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_master_key_is_refused()
    {
        var data = await StartAndStopAsync();

        var result = await EngineProcess.RunAsync(
            ["--data-dir", data, "--listen", "0"],
            new Dictionary<string, string?> { ["ENGINE_MASTER_KEY"] = Convert.ToBase64String(new byte[32]) });

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("another master key", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_faults_of_file_environment_and_arguments_are_named_together()
    {
        var file = _directory.File("engine.json");
        File.WriteAllText(file, """{"listen": "here", "lissen": "127.0.0.1:1", "masterKey": "x"}""");

        var result = await EngineProcess.RunAsync(
            ["--config", file, "--clock-speed", "fast", "--nonsense", "1", "--routing-reconcile-every-ms", "99", "--tls-key-file", "k.pem"],
            new Dictionary<string, string?> { ["ENGINE_LOG_LEVEL"] = "loud", ["ENGINE_DRAIN_TIMEOUT"] = "9999", ["ENGINE_ROUTING_SUSPECT_FOR_MS"] = "7" });

        Assert.Equal(2, result.ExitCode);
        string[] expected =
        [
            $"listen in {file} must be", $"lissen in {file} is not an option", $"masterKey in {file} cannot be set there",
            "--clock-speed must be", "--nonsense is not an option", "--tls-certificate-file and --tls-key-file belong together",
            "ENGINE_LOG_LEVEL must be", "ENGINE_DRAIN_TIMEOUT is out of bounds",
            "--routing-reconcile-every-ms is out of bounds", "ENGINE_ROUTING_SUSPECT_FOR_MS is out of bounds",
        ];
        Assert.All(expected, text => Assert.Contains(text, result.Errors, StringComparison.Ordinal));
        Assert.False(Directory.Exists(_directory.File("engine-data")));
    }

    [Fact]
    public async Task Port_speaks_http2_without_tls_and_answers_nothing_else()
    {
        await using var engine = await EngineProcess.StartAsync(_directory.File("data"));
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, engine.Address)
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        using var response = await http.SendAsync(request);

        Assert.Equal(HttpVersion.Version20, response.Version);
        Assert.False(response.Headers.Contains("server"));
    }

    [Fact]
    public async Task Key_is_needed()
    {
        await using var engine = await EngineProcess.StartAsync(_directory.File("data"));
        using var api = new EngineApi(engine.Address, engine.AdminKey + "x");

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await api.Workspaces.GetWorkspaceAsync(new GetWorkspaceRequest()));

        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
    }

    private async Task<string> StartAndStopAsync()
    {
        var data = _directory.File("data");
        await using var engine = await EngineProcess.StartAsync(data);
        Assert.Equal(0, await engine.StopAsync());
        return data;
    }
}
