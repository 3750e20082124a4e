using System.Net;
using System.Net.Sockets;
using Engine.Silo.Configuration;

namespace Engine.Silo.Hosting;

/// <summary>Where others reach this process, with the ports that were left open taken.</summary>
internal sealed class ClusterEndpoints : IDisposable
{
    private readonly HeldPort? _silo;
    private readonly HeldPort? _gateway;

    private ClusterEndpoints(string name, IPAddress advertised, HeldPort? silo, HeldPort? gateway) =>
        (Name, Advertised, _silo, _gateway) = (name, advertised, silo, gateway);

    /// <summary>Who this is in the log, in the membership and in every commit.</summary>
    public string Name { get; }

    public IPAddress Advertised { get; }

    public int SiloPort => _silo?.Port ?? 0;

    public int GatewayPort => _gateway?.Port ?? 0;

    /// <exception cref="StartException">The advertised name cannot be resolved.</exception>
    public static ClusterEndpoints Of(EngineOptions options)
    {
        if (options.Role == EngineRole.Gateway)
            return new ClusterEndpoints("gateway", IPAddress.None, null, null);
        var advertised = Resolve(options);
        var silo = HeldPort.Of(options.SiloListen);
        return new ClusterEndpoints($"{advertised}:{silo.Port}", advertised, silo, HeldPort.Of(options.GatewayListen));
    }

    /// <summary>Gives up what keeps others off the ports.</summary>
    public void Dispose()
    {
        _silo?.Dispose();
        _gateway?.Dispose();
    }

    private static IPAddress Resolve(EngineOptions options)
    {
        if (options.Advertise.Length == 0)
            return options.SiloListen.Address;
        if (IPAddress.TryParse(options.Advertise, out var address))
            return address;
        try
        {
            return Dns.GetHostAddresses(options.Advertise).OrderBy(static found => found.AddressFamily != AddressFamily.InterNetwork)
                .FirstOrDefault() ?? throw new SocketException((int)SocketError.HostNotFound);
        }
        catch (SocketException)
        {
            throw new StartException($"--advertise {options.Advertise} is no address, and no name that this machine can resolve.");
        }
    }
}
