using System.Net;
using System.Net.Sockets;

namespace Engine.Silo.Hosting;

/// <summary>Ports of the loopback address.</summary>
internal static class LoopbackPort
{
    /// <summary>
    /// A port that was free a moment ago: for the silo's own endpoint, which nobody but the silo itself calls, so that two
    /// engines on one machine do not meet on the same one.
    /// </summary>
    public static int FindFree()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
