using System.Net;
using System.Net.Sockets;

namespace Engine.Runtime.Grpc.Tests.Support;

/// <summary>
/// A port of 127.0.0.1 where nobody listens until the test does. One that was free a moment ago may be a server's of another
/// test by now; this one stays bound, and Linux gives it only to sockets that share it.
/// </summary>
public sealed class ReservedPort : IDisposable
{
    private const int SocketLevel = 1;
    private const int ReusePort = 15;

    private readonly Socket _holder = Bind(0);

    public int Number => ((IPEndPoint)_holder.LocalEndPoint!).Port;

    public Socket NewListener() => Bind(Number);

    public void Dispose() => _holder.Dispose();

    private static Socket Bind(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.SetRawSocketOption(SocketLevel, ReusePort, BitConverter.GetBytes(1));
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        return socket;
    }
}
