using Engine.LoadTests.CommandLine;
using Engine.LoadTests.Echo;
using Engine.LoadTests.Scaling;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Engine.LoadTests.Runtime.Probing;

/// <summary>
/// <c>load-tests runtime-host</c>: a silo of trivial grains behind a gRPC service, and the two echoes beside them. Nothing
/// of the engine is in it, so what is measured is the runtime that both stand on.
/// </summary>
internal static class RuntimeHostCommand
{
    public const string Name = "runtime-host";
    public const string CollectionAgeOption = "--collection-age-s";
    public const string CollectionQuantumOption = "--collection-quantum-s";

    public const string DatabaseOption = "--database";

    public static Command Describe() => new(
        Name,
        Summary: null,
        "Hosts grains and gRPC services on a free port; for 'bench runtime' and 'soak'.",
        [
            new(CollectionAgeOption, "N", "Seconds after which an idle activation ends, 2 to 3600. Default 900."),
            new(CollectionQuantumOption, "N", "How often that is looked at, in seconds, 1 to 3599. Default 60."),
            new(DatabaseOption, "CONNECTION", "Join the cluster of silos there, instead of being alone."),
        ],
        RunAsync);

    /// <summary>As little as a silo needs.</summary>
    internal static void ConfigureSilo(ISiloBuilder silo) => silo.UseLocalhostClustering(siloPort: FreePort.Find(), gatewayPort: 0);

    private static async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var age = TimeSpan.FromSeconds(arguments.Number(CollectionAgeOption, 900, 2, 3_600));
        var quantum = TimeSpan.FromSeconds(arguments.Number(CollectionQuantumOption, 60, 1, 3_599));
        if (age <= quantum) throw new UsageException($"'{CollectionAgeOption}' must exceed '{CollectionQuantumOption}'.");
        var begin = TimeProvider.System.GetTimestamp();
        var state = new HostState();
        var builder = EchoServerCommand.CreateBuilder();
        builder.UseOrleans(silo =>
        {
            if (arguments.Text(DatabaseOption) is { } database) CrossSiloPing.ConfigureSilo(silo, database);
            else ConfigureSilo(silo);
            silo.Configure<GrainCollectionOptions>(options =>
            {
                options.CollectionAge = age;
                options.CollectionQuantum = quantum;
            });
        });
        builder.Services.AddSingleton(state);
        await using var app = builder.Build();
        EchoServerCommand.MapEchoes(app);
        app.MapGrpcService<ProbeEndpoints>();
        await app.StartAsync(cancellationToken);
        state.StartMs = TimeProvider.System.GetElapsedTime(begin).TotalMilliseconds;
        await Console.Out.WriteLineAsync($"Listening on {EchoServerCommand.AddressOf(app)}");
        await app.WaitForShutdownAsync(cancellationToken);
        return ExitCode.Success;
    }
}
