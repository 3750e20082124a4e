using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.Cluster;
using Orleans.Runtime.Hosting;
using Orleans.Runtime.Membership;

namespace Orleans.TestingHost;

/// <summary>A silo in the test's process.</summary>
public class InProcessSiloHandle : SiloHandle
{
    private bool _isActive = true;

    public IHost SiloHost { get; init; } = null!;

    public IServiceProvider ServiceProvider => SiloHost.Services;

    public override bool IsActive => _isActive;

    internal IClusterMembership Membership => ServiceProvider.GetRequiredService<IClusterMembership>();

    internal Topology Topology => ServiceProvider.GetRequiredService<ClusterTopology>().Current;

    /// <summary>Tells the others that this silo was killed.</summary>
    internal Action<InProcessSiloHandle>? OnKilled { get; init; }

    public override async Task StopSiloAsync(bool stopGracefully)
    {
        if (!_isActive)
            return;
        _isActive = false;
        if (stopGracefully)
        {
            await SiloHost.StopAsync();
        }
        else
        {
            await SiloHost.Services.GetRequiredService<SiloHost>().Kill();
            OnKilled?.Invoke(this);
            await SiloHost.StopAsync();
        }
    }

    public override async Task StopSiloAsync(CancellationToken ct)
    {
        if (!_isActive)
            return;
        _isActive = false;
        await SiloHost.StopAsync(ct);
    }

    public override async ValueTask DisposeAsync()
    {
        await StopSiloAsync(stopGracefully: true);
        if (SiloHost is IAsyncDisposable host)
            await host.DisposeAsync();
        else
            SiloHost.Dispose();
        GC.SuppressFinalize(this);
    }

    internal static async Task<InProcessSiloHandle> StartAsync(
        IHost host, string name, short instanceNumber, Action<InProcessSiloHandle> onKilled)
    {
        try
        {
            await host.StartAsync();
        }
        catch
        {
            host.Dispose();
            throw;
        }

        var details = host.Services.GetRequiredService<ILocalSiloDetails>();
        return new InProcessSiloHandle
        {
            SiloHost = host,
            Name = name,
            InstanceNumber = instanceNumber,
            SiloAddress = details.SiloAddress,
            GatewayAddress = details.GatewayAddress,
            OnKilled = onKilled,
        };
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            StopSiloAsync(stopGracefully: true).GetAwaiter().GetResult();
            SiloHost.Dispose();
        }

        base.Dispose(disposing);
    }
}
