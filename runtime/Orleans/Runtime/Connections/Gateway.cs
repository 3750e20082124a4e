using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.Cluster;
using Orleans.Runtime.Generated;
using Orleans.Runtime.Hosting;
using Orleans.Runtime.Messaging;
using Orleans.Runtime.Types;

namespace Orleans.Runtime.Connections;

/// <summary>Where clients connect. It hands their calls to the router and the router's calls of their objects to them.</summary>
internal sealed partial class Gateway(
    IServiceProvider services, CodecRegistry codecs, GrainTypeRegistry types, GrainBindings bindings, LocalSiloDetails silo,
    ClusterTopology topology, IOptions<EndpointOptions> endpoints, IOptions<ClusterOptions> cluster,
    IOptions<SiloMessagingOptions> messaging, ILogger<Gateway> logger) : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private static readonly TimeSpan CloseMax = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan DrainMax = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<string, CallConnection> _clients = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<CallConnection, byte> _connections = new();
    private readonly Lazy<CallRouter> _router = new(services.GetRequiredService<CallRouter>);
    private Socket? _listener;

    /// <summary>Clients that are connected.</summary>
    public int ClientCount => _clients.Count;

    public void Participate(ISiloLifecycle lifecycle)
    {
        topology.Changed += OnChanged;
        lifecycle.Subscribe(nameof(Gateway), ServiceLifecycleStage.RuntimeServices, Bind, Close);
        lifecycle.Subscribe(nameof(Gateway), ServiceLifecycleStage.Active, Start, StopAccepting);
        lifecycle.Subscribe(nameof(Gateway), ServiceLifecycleStage.ApplicationServices, static _ => Task.CompletedTask, Drain);
    }

    public bool Has(string clientId) => _clients.TryGetValue(clientId, out var connection) && connection.CanSend;

    public bool TrySend(GrainCall call, string clientId) =>
        _clients.TryGetValue(clientId, out var connection) && connection.TrySend(call);

    public void Dispose()
    {
        topology.Changed -= OnChanged;
        Abort();
    }

    /// <summary>Closes everything at once.</summary>
    public void Abort()
    {
        _listener?.Dispose();
        foreach (var connection in _connections.Keys)
            connection.Dispose();
    }

    /// <summary>The port is known before others are told of it; clients are let in when the silo is active.</summary>
    private Task Bind(CancellationToken token)
    {
        var endpoint = endpoints.Value.GatewayListeningEndpoint
            ?? (endpoints.Value.GatewayPort == 0 ? null : new IPEndPoint(endpoints.Value.AdvertisedIPAddress, endpoints.Value.GatewayPort));
        if (endpoint is null)
            return Task.CompletedTask;
        _listener = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _listener.Bind(endpoint);
        }
        catch (SocketException error)
        {
            throw new OrleansConfigurationException($"The gateway cannot listen at {endpoint}: {error.Message}", error);
        }

        silo.GatewayListensAt(((IPEndPoint)_listener.LocalEndPoint!).Port);
        return Task.CompletedTask;
    }

    private Task Start(CancellationToken token)
    {
        if (_listener is null)
            return Task.CompletedTask;
        _listener.Listen(512);
        _ = Accept(_listener);
        return Task.CompletedTask;
    }

    private Task StopAccepting(CancellationToken token)
    {
        _listener?.Dispose();
        foreach (var connection in _connections.Keys)
            connection.SayGoodbye();
        return Task.CompletedTask;
    }

    /// <summary>Answers what was taken, for as long as there are silos that can; clients close when they have their answers.</summary>
    private async Task Drain(CancellationToken token)
    {
        var started = Environment.TickCount64;
        while (_connections.Keys.Any(static connection => connection.IncomingCount > 0)
            && !token.IsCancellationRequested && Environment.TickCount64 - started < DrainMax.TotalMilliseconds)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
        }

        started = Environment.TickCount64;
        while (!_connections.IsEmpty && !token.IsCancellationRequested
            && Environment.TickCount64 - started < CloseMax.TotalMilliseconds)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
        }
    }

    private void OnChanged(Topology old, Topology current)
    {
        foreach (var (_, connection) in _clients)
            connection.Write(FrameKind.Members, writer => Handshake.WriteMembers(writer, current, silo));
    }

    private async Task Close(CancellationToken token)
    {
        foreach (var connection in _connections.Keys)
        {
            await connection.Flush(token.IsCancellationRequested ? TimeSpan.Zero : DrainMax);
            connection.Dispose();
        }
    }

    private async Task Accept(Socket listener)
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptAsync();
            }
            catch (Exception error) when (error is ObjectDisposedException or SocketException or OperationCanceledException)
            {
                return;
            }

            _ = Serve(socket);
        }
    }

    private async Task Serve(Socket socket)
    {
        string? clientId = null;
        CallConnection? connection = null;
        connection = new CallConnection(
            socket, codecs, types, messaging.Value.MaxMessageBodySize,
            call =>
            {
                if (clientId is null)
                    call.TryFail(new OrleansMessageRejectionException("Calls come after the handshake."));
                else
                    _router.Value.Receive(call);
            })
        {
            OnOther = (kind, reader) => clientId ??= Greet(connection!, kind, reader),
        };
        _connections[connection] = 0;
        try
        {
            await connection.Run(static call => new ClientNotAvailableException(call.TargetId));
        }
        catch (Exception error)
        {
            ConnectionFailed(logger, clientId ?? "unknown", error);
        }
        finally
        {
            _connections.TryRemove(connection, out _);
            if (clientId is not null)
                _clients.TryRemove(new KeyValuePair<string, CallConnection>(clientId, connection));
        }
    }

    private string? Greet(CallConnection connection, FrameKind kind, CallReader reader)
    {
        if (kind != FrameKind.Hello)
            return null;
        var (clientId, refusal) = Handshake.ReadHello(reader, cluster.Value.ClusterId, cluster.Value.ServiceId);
        if (clientId is null)
        {
            connection.Write(FrameKind.Refusal, writer => writer.WriteString(refusal));
            return null;
        }

        _clients[clientId] = connection;
        connection.Write(FrameKind.Welcome, writer => Handshake.WriteWelcome(writer, silo.SiloAddress, bindings.All));
        connection.Write(FrameKind.Members, writer => Handshake.WriteMembers(writer, topology.Current, silo));
        return clientId;
    }

    [LoggerMessage(400, LogLevel.Warning, "The connection of client {Client} failed")]
    private static partial void ConnectionFailed(ILogger logger, string client, Exception error);
}
