using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orleans.TestingHost;

/// <summary>A cluster in the test's process, and a client that is connected to it as one of another process would be.</summary>
public sealed class InProcessTestCluster : IDisposable, IAsyncDisposable
{
    private readonly List<InProcessSiloHandle> _silos = [];
    private readonly TestSilos _shared = new();
    private IHost? _clientHost;

    internal InProcessTestCluster(InProcessTestClusterOptions options) => Options = options;

    public InProcessTestClusterOptions Options { get; }

    public ReadOnlyCollection<InProcessSiloHandle> Silos => new([.. _silos]);

    public IClusterClient Client =>
        _clientHost?.Services.GetRequiredService<IClusterClient>()
        ?? throw new InvalidOperationException("The cluster has no client; call InitializeClientAsync.");

    public async Task DeployAsync()
    {
        TestSilos.CheckCount(Options.InitialSilosCount);
        if (_silos.Count > 0)
            throw new InvalidOperationException("The cluster is deployed already.");
        for (var silo = 0; silo < Options.InitialSilosCount; silo++)
            await StartAdditionalSiloAsync();
        if (Options.InitializeClientOnDeploy)
            await InitializeClientAsync();
    }

    public async Task InitializeClientAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleansClient(client => client.UseLocalhostClustering(
            [.. GetActiveSilos().Select(static silo => silo.GatewayAddress.Endpoint.Port)], Options.ServiceId, Options.ClusterId));
        foreach (var configure in Options.ClientHostConfigurationDelegates)
            configure(builder);
        var host = builder.Build();
        await host.StartAsync();
        _clientHost = host;
    }

    public IEnumerable<InProcessSiloHandle> GetActiveSilos() => _silos.Where(static silo => silo.IsActive);

    public InProcessSiloHandle? GetSiloForAddress(SiloAddress siloAddress) =>
        _silos.Find(silo => silo.SiloAddress.Equals(siloAddress));

    /// <summary>The services of a silo; of the first when none is named.</summary>
    public IServiceProvider GetSiloServiceProvider(SiloAddress? silo = null) =>
        (silo is null ? _silos[0] : _silos.First(handle => handle.SiloAddress.Equals(silo))).ServiceProvider;

    public bool TryGetGrainContext(GrainId grainId, [NotNullWhen(true)] out IGrainContext? grainContext) =>
        (grainContext = ActivationFinder.Find(_silos, grainId)) is not null;

    public Task WaitForDeactivationAsync(GrainId grainId) => ActivationFinder.Wait(_silos, grainId);

    public Task WaitForDeactivationAsync(IAddressable grain) => WaitForDeactivationAsync(grain.GetGrainId());

    public Task DeactivateAsync(GrainId grainId) => ActivationFinder.Deactivate(_silos, grainId);

    public Task DeactivateAsync(IAddressable grain) => DeactivateAsync(grain.GetGrainId());

    public async Task<InProcessSiloHandle> StartAdditionalSiloAsync()
    {
        var number = (short)_silos.Count;
        var silo = await StartSilo(new InProcessTestSiloSpecificOptions { SiloName = $"Silo_{number}" }, number);
        await WaitForLivenessToStabilizeAsync();
        return silo;
    }

    public Task StopSiloAsync(InProcessSiloHandle instance) => instance.StopSiloAsync(stopGracefully: true);

    /// <summary>Ends a silo as a killed process would; the others learn of its death at once.</summary>
    public Task KillSiloAsync(InProcessSiloHandle instance) => instance.StopSiloAsync(stopGracefully: false);

    /// <summary>Stops the silo and starts one of the same name and gateway port.</summary>
    public async Task<InProcessSiloHandle?> RestartSiloAsync(InProcessSiloHandle instance)
    {
        await instance.StopSiloAsync(stopGracefully: true);
        instance.SiloHost.Dispose();
        _silos.Remove(instance);
        return await StartSilo(
            new InProcessTestSiloSpecificOptions
            {
                SiloName = instance.Name,
                SiloPort = instance.SiloAddress.Endpoint.Port,
                GatewayPort = instance.GatewayAddress.Endpoint.Port,
            },
            instance.InstanceNumber);
    }

    public async Task StopClusterClientAsync()
    {
        var host = Interlocked.Exchange(ref _clientHost, null);
        if (host is null)
            return;
        await host.StopAsync();
        host.Dispose();
    }

    public Task KillClientAsync() => StopClusterClientAsync();

    public async Task StopAllSilosAsync()
    {
        await StopClusterClientAsync();
        await StopSilosAsync();
    }

    public async Task StopSilosAsync()
    {
        foreach (var silo in Enumerable.Reverse(_silos))
            await silo.StopSiloAsync(stopGracefully: true);
    }

    /// <summary>Completes when the silos agree on who is alive.</summary>
    public Task WaitForLivenessToStabilizeAsync(bool didKill = false) => TestSilos.Stabilize(_silos);

    public async ValueTask DisposeAsync()
    {
        await StopAllSilosAsync();
        foreach (var silo in _silos)
            await silo.DisposeAsync();
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private async Task<InProcessSiloHandle> StartSilo(InProcessTestSiloSpecificOptions options, short number)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleans(silo => _shared.Configure(
            silo, options.SiloName, Options.ClusterId, Options.ServiceId, options.SiloPort, options.GatewayPort));
        foreach (var configure in Options.SiloHostConfigurationDelegates)
            configure(options, builder);
        var handle = await InProcessSiloHandle.StartAsync(
            builder.Build(), options.SiloName, number, dead => _shared.Bury(dead, _silos));
        _silos.Add(handle);
        return handle;
    }
}
