using Engine.Silo.Tests.Processes;
using Engine.V1;
using Grpc.Core;
using Grpc.Health.V1;

namespace Engine.Silo.Tests.Cluster;

/// <summary>What health says over gRPC when something that a process needs is away.</summary>
public sealed class ClusterHealthTests
{
    [Fact]
    public async Task Health_says_that_the_database_is_away_and_that_it_is_back()
    {
        await using var cluster = await EngineCluster.OpenAloneAsync();
        var engine = await cluster.StartAsync("all");
        using var api = cluster.ApiOf(engine);
        using var watch = api.Health.Watch(new HealthCheckRequest());
        await ReachAsync(watch, HealthCheckResponse.Types.ServingStatus.Serving);

        await cluster.Database.StopImmediatelyAsync();
        await ReachAsync(watch, HealthCheckResponse.Types.ServingStatus.NotServing);
        // Whoever would restart the process for it must not.
        var liveness = await api.Health.CheckAsync(new HealthCheckRequest { Service = "liveness" });
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, liveness.Status);

        await cluster.Database.StartAgainAsync();
        await ReachAsync(watch, HealthCheckResponse.Types.ServingStatus.Serving);
        await Eventually.HoldsAsync(() => engine.Output.Contains("waits for the database", StringComparison.Ordinal));
        await Retry.RunAsync(() => api.Workspaces.GetWorkspaceAsync(new GetWorkspaceRequest()));
        Assert.Equal(0, await engine.StopAsync());
    }

    [Fact]
    public async Task Gateway_says_that_it_sees_no_silo()
    {
        await using var cluster = await EngineCluster.OpenAsync();
        var silo = await cluster.StartAsync("silo");
        var gateway = await cluster.StartAsync("gateway");
        using var api = cluster.ApiOf(gateway);
        using var watch = api.Health.Watch(new HealthCheckRequest());
        await ReachAsync(watch, HealthCheckResponse.Types.ServingStatus.Serving);

        await silo.KillAsync();
        await ReachAsync(watch, HealthCheckResponse.Types.ServingStatus.NotServing);

        await cluster.StartAsync("silo");
        await ReachAsync(watch, HealthCheckResponse.Types.ServingStatus.Serving);
    }

    [Fact]
    public async Task Gateway_that_waits_for_a_first_silo_can_be_stopped()
    {
        await using var cluster = await EngineCluster.OpenAsync();
        using var directory = new TemporaryDirectory();
        await using var gateway = EngineProcess.Launch(directory.File("data"), ["--role", "gateway"], cluster.Environment);
        await Eventually.HoldsAsync(() => gateway.Output.Contains("waits for", StringComparison.OrdinalIgnoreCase));

        Assert.Equal(0, await gateway.StopAsync());
    }

    // A machine that stands still may make it waver in between; where it ends is what counts.
    private static async Task ReachAsync(
        AsyncServerStreamingCall<HealthCheckResponse> watch, HealthCheckResponse.Types.ServingStatus status)
    {
        using var deadline = new CancellationTokenSource(Limits.Patience);
        do
            Assert.True(await watch.ResponseStream.MoveNext(deadline.Token));
        while (watch.ResponseStream.Current.Status != status);
    }
}
