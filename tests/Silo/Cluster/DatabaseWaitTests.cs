using System.Net;
using System.Net.Sockets;
using Engine.Silo.Tests.Processes;
using Engine.V1;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Npgsql;

namespace Engine.Silo.Tests.Cluster;

/// <summary>An engine that is started before its database, as after a power cut.</summary>
public sealed class DatabaseWaitTests : IDisposable
{
    private const string Secret = "s3cret-of-the-database";
    private readonly TemporaryDirectory _directory = new();
    private readonly HttpClient _http = new();

    public void Dispose()
    {
        _http.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Silo_and_gateway_wait_for_a_database_that_comes_later_and_then_serve()
    {
        await using var cluster = await EngineCluster.OpenAloneAsync();
        await cluster.Database.StopImmediatelyAsync();
        await using var silo = EngineProcess.Launch(_directory.File("silo"), ["--role", "silo"], cluster.Environment);
        await using var gateway = EngineProcess.Launch(_directory.File("gateway"), ["--role", "gateway"], cluster.Environment);
        await WaitsAsync(silo);
        await WaitsAsync(gateway);

        await cluster.Database.StartAgainAsync();

        await silo.ListensAsync();
        await gateway.ListensAsync();
        Assert.Contains("The database ", silo.Output, StringComparison.Ordinal);
        using var api = new EngineApi(gateway.Address, silo.AdminKey);
        await Retry.RunAsync(() => api.Workspaces.GetWorkspaceAsync(new GetWorkspaceRequest()));
        Assert.Equal(0, await gateway.StopAsync());
        Assert.Equal(0, await silo.StopAsync());
    }

    [Fact]
    public async Task Process_that_waits_is_alive_and_not_ready_and_calls_are_unavailable()
    {
        var (api, health) = (FindFreeEndpoint(), FindFreeEndpoint());
        await using var engine = EngineProcess.Launch(
            _directory.File("data"), ["--listen", $"{api}", "--health-listen", $"{health}"],
            new Dictionary<string, string?> { ["ENGINE_POSTGRES"] = Nowhere });
        await WaitsAsync(engine);

        var readiness = await Eventually.GetAsync(async () =>
        {
            try
            {
                using var answer = await _http.GetAsync(new Uri($"http://{health}/readyz"));
                return (answer.StatusCode, Text: await answer.Content.ReadAsStringAsync()).ToString();
            }
            catch (HttpRequestException)
            {
                return null;
            }
        });
        Assert.Contains(nameof(HttpStatusCode.ServiceUnavailable), readiness, StringComparison.Ordinal);
        Assert.Contains("waits for the database", readiness, StringComparison.Ordinal);
        Assert.Equal("alive\n", await _http.GetStringAsync(new Uri($"http://{health}/healthz")));

        using var channel = GrpcChannel.ForAddress($"http://{api}");
        var grpc = new Health.HealthClient(channel);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, (await grpc.CheckAsync(new HealthCheckRequest())).Status);
        Assert.Equal(
            HealthCheckResponse.Types.ServingStatus.Serving, (await grpc.CheckAsync(new HealthCheckRequest { Service = "liveness" })).Status);
        var workspaces = new WorkspaceService.WorkspaceServiceClient(channel);
        var error = await Assert.ThrowsAsync<RpcException>(() => workspaces.GetWorkspaceAsync(new GetWorkspaceRequest()).ResponseAsync);
        Assert.Equal(StatusCode.Unavailable, error.StatusCode);

        Assert.Equal(0, await engine.StopAsync());
        Assert.DoesNotContain(Secret, engine.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", engine.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wait_that_is_over_ends_the_process_with_what_it_waited_for()
    {
        var result = await EngineProcess.RunAsync(
            ["run", "--data-dir", _directory.File("data"), "--listen", "0", "--database-wait", "1"],
            new Dictionary<string, string?> { ["ENGINE_POSTGRES"] = Nowhere });

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Waits for the database engine on 127.0.0.1:1: nothing listens there", result.Output, StringComparison.Ordinal);
        Assert.Contains("The database engine on 127.0.0.1:1 cannot be reached: nothing listens there. Waited 1 s", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, result.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_password_ends_the_process_at_once()
    {
        var server = await EngineCluster.SharedDatabaseAsync();
        await using (var admin = new NpgsqlConnection(server.ConnectionString))
        {
            await admin.OpenAsync();
            await using var make = new NpgsqlCommand("CREATE ROLE locked NOLOGIN", admin);
            await make.ExecuteNonQueryAsync();
        }

        var refused = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Username = "locked", Password = Secret };
        var result = await EngineProcess.RunAsync(
            ["run", "--data-dir", _directory.File("data"), "--listen", "0", "--database-wait", "86400"],
            new Dictionary<string, string?> { ["ENGINE_POSTGRES"] = refused.ConnectionString });

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("refuses", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Waits for the database", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, result.ToString(), StringComparison.Ordinal);
    }

    private static string Nowhere => $"Host=127.0.0.1;Port=1;Database=engine;Username=engine;Password={Secret}";

    private static Task<string> WaitsAsync(EngineProcess engine) => Eventually.GetAsync(
        () => engine.Output.Contains("Waits for the database", StringComparison.Ordinal) ? engine.Output : null);

    private static IPEndPoint FindFreeEndpoint()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }
}
