using System.Net;
using System.Net.Sockets;

namespace Engine.Silo.Hosting;

/// <summary>Ports that nobody has.</summary>
internal static class FreePort
{
    /// <summary>
    /// A port of an address that was free a moment ago. What is written into the membership must be known before the silo
    /// listens, so it cannot be left to the moment of listening.
    /// </summary>
    public static int Of(IPAddress address)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
