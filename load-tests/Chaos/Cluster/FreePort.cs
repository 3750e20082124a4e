using System.Net;
using System.Net.Sockets;
using Engine.LoadTests.Processes;

namespace Engine.LoadTests.Chaos.Cluster;

/// <summary>
/// Ports that processes keep over their lives. Taken from below the range that the system gives to outgoing connections:
/// otherwise one of these might sit on the port while its process is down.
/// </summary>
internal static class FreePort
{
    private const int First = 20_000;
    private const int Last = 32_000;

    public static int Find(IReadOnlySet<int> taken)
    {
        for (var attempt = 0; attempt < 1_000; attempt++)
        {
            var port = Random.Shared.Next(First, Last);
            if (!taken.Contains(port) && IsFree(port)) return port;
        }

        throw new EngineFailedException("No port is free.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
