using Engine.LoadTests.Measuring;
using Engine.LoadTests.Processes;
using Engine.LoadTests.Runtime.Probing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Engine.LoadTests.Scaling;

/// <summary>Two silos without the engine, one in this process and one in a child, and pings from here to grains there.</summary>
internal static class CrossSiloPing
{
    private const int Concurrency = 256;
    private const int KeysTriedMax = 100_000;
    private static readonly TimeSpan JoinTimeout = TimeSpan.FromSeconds(60);

    /// <param name="database">One that the engine has prepared for membership.</param>
    public static async Task<(double PerSecond, double CpuUs)> MeasureAsync(
        string database, string folder, TimeSpan length, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var other = await ServerProcess.StartAsync(
            "The other silo", typeof(CrossSiloPing).Assembly.Location,
            [RuntimeHostCommand.Name, RuntimeHostCommand.DatabaseOption, database], JoinTimeout, time, cancellationToken);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = folder });
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo => ConfigureSilo(silo, database));
        using var host = builder.Build();
        await host.StartAsync(cancellationToken);
        try
        {
            var grains = await FindAsync(host.Services.GetRequiredService<IGrainFactory>(), other.Id, time, cancellationToken);
            LoadLimits Limits(TimeSpan span) => new(span, long.MaxValue);
            await RunAsync(grains, Limits(length / 2), time, cancellationToken);
            var cpu = Cpu(other);
            var result = await RunAsync(grains, Limits(length), time, cancellationToken);
            return (result.PerSecond, (Cpu(other) - cpu).TotalMicroseconds / result.Operations);
        }
        finally
        {
            await host.StopAsync(CancellationToken.None);
        }
    }

    /// <summary>A silo of a cluster of its own in the engine's database.</summary>
    internal static void ConfigureSilo(ISiloBuilder silo, string database)
    {
        silo.UseAdoNetClustering(clustering => (clustering.Invariant, clustering.ConnectionString) = ("Npgsql", database));
        silo.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = ("ping", "ping"));
        silo.ConfigureEndpoints(
            System.Net.IPAddress.Loopback, Runtime.Probing.FreePort.Find(), Runtime.Probing.FreePort.Find());
    }

    private static Task<LoadResult> RunAsync(
        IPingGrain[] grains, LoadLimits limits, TimeProvider time, CancellationToken cancellationToken) =>
        ClosedLoop.RunAsync(Concurrency, limits, time, async (worker, n, _) =>
        {
            var answer = await grains[worker].PingAsync(n);
            if (answer != n) throw new EngineFailedException($"Ping {n} was answered with {answer}.");
        }, cancellationToken);

    private static TimeSpan Cpu(ServerProcess other) =>
        (ProcessCpu.Read(other.Id) + ProcessCpu.Read(Environment.ProcessId)) ?? throw new EngineFailedException("The other silo has ended.");

    /// <summary>Grains that the other silo has; both have to have seen each other for that.</summary>
    private static async Task<IPingGrain[]> FindAsync(
        IGrainFactory factory, int process, TimeProvider time, CancellationToken cancellationToken)
    {
        var begin = time.GetTimestamp();
        var found = new List<IPingGrain>();
        for (var key = 0; found.Count < Concurrency; key++)
        {
            if (key == KeysTriedMax || time.GetElapsedTime(begin) > JoinTimeout)
                throw new EngineFailedException("The two silos do not share grains.");
            var grain = factory.GetGrain<IPingGrain>(key);
            if (await grain.WhereAsync() == process) found.Add(grain);
            else if (found.Count == 0) await Task.Delay(TimeSpan.FromMilliseconds(1), time, cancellationToken);
        }

        return [.. found];
    }
}
