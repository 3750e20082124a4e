using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orleans.TestingHost;

/// <summary>A cluster in the test's process, and a client that is connected to it as one of another process would be.</summary>
public class TestCluster : IDisposable, IAsyncDisposable
{
    private readonly List<InProcessSiloHandle> _silos = [];
    private readonly TestSilos _shared = new();
    private IHost? _clientHost;

    internal TestCluster(TestClusterOptions options, IReadOnlyList<IConfigurationSource> configurationSources)
    {
        Options = options;
        ConfigurationSources = configurationSources;
    }

    public TestClusterOptions Options { get; }

    public IReadOnlyList<IConfigurationSource> ConfigurationSources { get; }

    public SiloHandle? Primary => _silos[0];

    public IReadOnlyList<SiloHandle> SecondarySilos => [.. _silos.Skip(1)];

    public ReadOnlyCollection<SiloHandle> Silos => new([.. _silos]);

    public IClusterClient Client => ServiceProvider.GetRequiredService<IClusterClient>();

    public IGrainFactory GrainFactory => Client;

    /// <summary>The client's services.</summary>
    public IServiceProvider ServiceProvider =>
        _clientHost?.Services ?? throw new InvalidOperationException("The cluster has no client; call InitializeClientAsync.");

    public void Deploy() => DeployAsync().GetAwaiter().GetResult();

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
        var configurators = Create(Options.ClientBuilderConfiguratorTypes);
        var builder = NewHost();
        builder.UseOrleansClient((context, client) =>
        {
            client.UseLocalhostClustering([.. _silos.Where(static silo => silo.IsActive).Select(static silo => silo.GatewayAddress.Endpoint.Port)], Options.ServiceId, Options.ClusterId);
            foreach (var configurator in configurators.OfType<IClientBuilderConfigurator>())
                configurator.Configure(context.Configuration, client);
        });
        foreach (var configurator in configurators.OfType<IHostConfigurator>())
            configurator.Configure(builder);
        var host = builder.Build();
        await host.StartAsync();
        _clientHost = host;
    }

    public IEnumerable<SiloHandle> GetActiveSilos() => _silos.Where(static silo => silo.IsActive);

    public SiloHandle? GetSiloForAddress(SiloAddress siloAddress) =>
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

    public async Task<SiloHandle> StartAdditionalSiloAsync(bool startAdditionalSiloOnNewPort = false)
    {
        var number = (short)_silos.Count;
        var silo = await StartSilo(number == 0 ? "Primary" : $"Secondary_{number}", number, 0, 0);
        await WaitForLivenessToStabilizeAsync();
        return silo;
    }

    public Task StopSiloAsync(SiloHandle instance) => instance.StopSiloAsync(stopGracefully: true);

    /// <summary>Ends a silo as a killed process would; the others learn of its death at once.</summary>
    public Task KillSiloAsync(SiloHandle instance) => instance.StopSiloAsync(stopGracefully: false);

    /// <summary>Stops the silo and starts one of the same name and ports.</summary>
    public async Task<SiloHandle?> RestartSiloAsync(SiloHandle instance)
    {
        var old = (InProcessSiloHandle)instance;
        await old.StopSiloAsync(stopGracefully: true);
        old.SiloHost.Dispose();
        _silos.Remove(old);
        return await StartSilo(old.Name, old.InstanceNumber, old.SiloAddress.Endpoint.Port, old.GatewayAddress.Endpoint.Port);
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
        foreach (var silo in Enumerable.Reverse(_silos))
            await silo.StopSiloAsync(stopGracefully: true);
    }

    public void StopAllSilos() => StopAllSilosAsync().GetAwaiter().GetResult();

    /// <summary>Completes when the silos agree on who is alive.</summary>
    public Task WaitForLivenessToStabilizeAsync(bool didKill = false) => TestSilos.Stabilize(_silos);

    public async ValueTask DisposeAsync()
    {
        await StopAllSilosAsync();
        foreach (var silo in _silos)
            await silo.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    public void Dispose()
    {
        DisposeAsync().AsTask().GetAwaiter().GetResult();
        GC.SuppressFinalize(this);
    }

    private static List<object> Create(IEnumerable<string?> types) =>
        [.. types.Select(static name => Activator.CreateInstance(Type.GetType(name!, throwOnError: true)!)!)];

    private IHostBuilder NewHost() => new HostBuilder().ConfigureHostConfiguration(builder =>
    {
        foreach (var source in ConfigurationSources)
            builder.Add(source);
    });

    private async Task<SiloHandle> StartSilo(string name, short number, int siloPort, int gatewayPort)
    {
        var configurators = Create(Options.SiloBuilderConfiguratorTypes);
        var builder = NewHost();
        builder.UseOrleans((_, silo) =>
        {
            _shared.Configure(silo, name, Options.ClusterId, Options.ServiceId, siloPort, gatewayPort);
            foreach (var configurator in configurators.OfType<ISiloConfigurator>())
                configurator.Configure(silo);
        });
        foreach (var configurator in configurators.OfType<IHostConfigurator>())
            configurator.Configure(builder);
        var handle = await InProcessSiloHandle.StartAsync(builder.Build(), name, number, dead => _shared.Bury(dead, _silos));
        handle.ClusterOptions = Options;
        _silos.Add(handle);
        return handle;
    }
}
