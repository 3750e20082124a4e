using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Orleans.Runtime.Connections;

/// <summary>
/// The port for other silos. It is part of the silo's identity, so with port 0 the socket is bound as soon as somebody asks
/// for the port, long before anybody may connect.
/// </summary>
internal sealed class SiloSocket(IOptions<EndpointOptions> endpoints) : IDisposable
{
    private readonly Lock _gate = new();
    private Socket? _socket;

    private IPEndPoint Wanted => endpoints.Value.SiloListeningEndpoint
        ?? new IPEndPoint(endpoints.Value.AdvertisedIPAddress, endpoints.Value.SiloPort);

    public int Port => endpoints.Value.SiloPort != 0 ? endpoints.Value.SiloPort : ((IPEndPoint)Bound().LocalEndPoint!).Port;

    public Socket Listen()
    {
        var socket = Bound();
        socket.Listen(512);
        return socket;
    }

    public void Dispose()
    {
        lock (_gate)
            _socket?.Dispose();
    }

    private Socket Bound()
    {
        lock (_gate)
        {
            if (_socket is not null)
                return _socket;
            var socket = new Socket(Wanted.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(Wanted);
            }
            catch (SocketException error)
            {
                socket.Dispose();
                throw new OrleansConfigurationException($"The silo cannot listen at {Wanted}: {error.Message}", error);
            }

            return _socket = socket;
        }
    }
}
