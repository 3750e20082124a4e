using System.Net;
using System.Net.Sockets;

namespace Engine.LoadTests.Runtime.Probing;

/// <summary>A port for a silo, which cannot listen on one that the system chooses.</summary>
internal static class FreePort
{
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
