using System.Net;
using System.Net.Sockets;
using Engine.Silo.Configuration;

namespace Engine.Silo.Hosting;

/// <summary>Where others reach this process, with the ports that were left open taken.</summary>
/// <param name="Name">Who this is in the log, in the membership and in every commit.</param>
internal sealed record ClusterEndpoints(string Name, IPAddress Advertised, int SiloPort, int GatewayPort)
{
    /// <exception cref="StartException">The advertised name cannot be resolved.</exception>
    public static ClusterEndpoints Of(EngineOptions options)
    {
        if (options.Role == EngineRole.Gateway)
            return new ClusterEndpoints("gateway", IPAddress.None, 0, 0);
        var advertised = Resolve(options);
        var siloPort = PortOf(options.SiloListen);
        return new ClusterEndpoints($"{advertised}:{siloPort}", advertised, siloPort, PortOf(options.GatewayListen));
    }

    private static int PortOf(IPEndPoint listen) => listen.Port > 0 ? listen.Port : FreePort.Of(listen.Address);

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
