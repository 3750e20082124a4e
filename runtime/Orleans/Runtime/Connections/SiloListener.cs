using System.Collections.Concurrent;
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

/// <summary>
/// Where other silos connect. It listens before the silo says in the membership that it exists and until after it has said
/// that it is gone. Leaving, it asks its callers to send nothing more, answers what it has, and closes when they have closed,
/// so that no call is lost between the two.
/// </summary>
internal sealed partial class SiloListener(
    IServiceProvider services, CodecRegistry codecs, GrainTypeRegistry types, SiloSocket socket, LocalSiloDetails silo,
    ClusterTopology topology, SiloConnections connections, IOptions<ClusterOptions> cluster,
    IOptions<SiloMessagingOptions> messaging, ILogger<SiloListener> logger) : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private static readonly TimeSpan DrainMax = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CloseMax = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<CallConnection, SiloAddress?> _connections = new();
    private readonly Lazy<CallRouter> _router = new(services.GetRequiredService<CallRouter>);

    /// <summary>Connections of other silos that are open.</summary>
    public int Count => _connections.Count;

    public void Participate(ISiloLifecycle lifecycle)
    {
        topology.Changed += OnChanged;
        lifecycle.Subscribe(nameof(SiloListener), ServiceLifecycleStage.RuntimeServices, Start, Close);
        lifecycle.Subscribe(nameof(SiloListener), ServiceLifecycleStage.ApplicationServices, static _ => Task.CompletedTask, Drain);
    }

    /// <summary>Closes everything at once.</summary>
    public void Abort()
    {
        socket.Dispose();
        foreach (var connection in _connections.Keys)
            connection.Dispose();
        connections.Dispose();
    }

    public void Dispose()
    {
        topology.Changed -= OnChanged;
        Abort();
    }

    private Task Start(CancellationToken token)
    {
        _ = Accept(socket.Listen());
        return Task.CompletedTask;
    }

    /// <summary>Answers what was taken. Grains have ended by now; what still comes is sent on.</summary>
    private async Task Drain(CancellationToken token)
    {
        var started = Environment.TickCount64;
        while (_connections.Keys.Any(static connection => connection.IncomingCount > 0)
            && !token.IsCancellationRequested && Environment.TickCount64 - started < DrainMax.TotalMilliseconds)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
        }

        foreach (var connection in _connections.Keys)
            connection.SayGoodbye();
        started = Environment.TickCount64;
        while (!_connections.IsEmpty && !token.IsCancellationRequested
            && Environment.TickCount64 - started < CloseMax.TotalMilliseconds)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
        }
    }

    private async Task Close(CancellationToken token)
    {
        foreach (var connection in _connections.Keys)
        {
            if (!token.IsCancellationRequested)
                await connection.Flush(CloseMax);
        }

        _router.Value.FailPending();
        Abort();
    }

    private async Task Accept(Socket listener)
    {
        while (true)
        {
            try
            {
                _ = Serve(await listener.AcceptAsync());
            }
            catch (Exception error) when (error is ObjectDisposedException or SocketException or OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task Serve(Socket accepted)
    {
        CallConnection? connection = null;
        var isGreeted = false;
        connection = new CallConnection(accepted, codecs, types, messaging.Value.MaxMessageBodySize, call =>
        {
            if (isGreeted)
                _router.Value.Receive(call);
            else
                call.TryFail(new OrleansMessageRejectionException("Calls come after the handshake."));
        })
        {
            IsFromSilo = true,
            OnOther = (kind, reader) =>
            {
                if (kind == FrameKind.SiloHello && !isGreeted)
                    isGreeted = Greet(connection!, reader);
                else if (kind == FrameKind.View && isGreeted)
                    connections.Heard(connection!.PeerVersion);
            },
        };
        _connections[connection] = null;
        try
        {
            await connection.Run(static call => new SiloUnavailableException($"The connection was lost before {call} was answered."));
        }
        catch (Exception error)
        {
            ConnectionFailed(logger, error);
        }
        finally
        {
            _connections.TryRemove(connection, out _);
        }
    }

    private bool Greet(CallConnection connection, CallReader reader)
    {
        var hello = SiloHandshake.Read(reader);
        if (hello.Refusal(cluster.Value.ClusterId, cluster.Value.ServiceId, silo.SiloAddress) is { } refusal)
        {
            connection.Write(FrameKind.Refusal, writer => writer.WriteString(refusal));
            connection.Finish();
            return false;
        }

        _connections[connection] = hello.From;
        connection.Write(FrameKind.Welcome, static _ => { });
        connections.Heard(hello.Version);
        return true;
    }

    /// <summary>Who has been taken out of the cluster gets no answers and no more grains run for it.</summary>
    private void OnChanged(Topology old, Topology current)
    {
        foreach (var (connection, from) in _connections)
        {
            if (from is not null && current.Find(from) is null && old.Find(from) is { Status: not SiloStatus.ShuttingDown })
                connection.Dispose();
        }
    }

    [LoggerMessage(430, LogLevel.Warning, "The connection of another silo failed")]
    private static partial void ConnectionFailed(ILogger logger, Exception error);
}
