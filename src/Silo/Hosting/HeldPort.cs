using System.Net;
using System.Net.Sockets;

namespace Engine.Silo.Hosting;

/// <summary>A port that this process listens at later.</summary>
/// <remarks>
/// What is written into the membership must be known before the silo listens, so the port cannot be left to the moment of
/// listening. A port that was merely free a moment ago may be somebody else's by then, the more likely the busier the
/// machine. So a socket stays bound to it, and never listens: the system gives such a port to nobody who asks for a free one,
/// while who names it, as the silo does, may bind it too and listen. Only Linux does; elsewhere the port was free a moment ago.
/// </remarks>
internal sealed class HeldPort : IDisposable
{
    private readonly Socket? _holder;

    private HeldPort(int port, Socket? holder) => (Port, _holder) = (port, holder);

    public int Port { get; }

    /// <summary>The endpoint's own port, or, where that is 0, a free one.</summary>
    public static HeldPort Of(IPEndPoint listen)
    {
        if (listen.Port > 0)
            return new HeldPort(listen.Port, null);
        var socket = new Socket(listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(listen);
            var port = ((IPEndPoint)socket.LocalEndPoint!).Port;
            if (OperatingSystem.IsLinux())
                return new HeldPort(port, socket);
            socket.Dispose();
            return new HeldPort(port, null);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Dispose() => _holder?.Dispose();
}
