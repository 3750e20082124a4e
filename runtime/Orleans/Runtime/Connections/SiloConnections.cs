using System.Collections.Concurrent;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.Cluster;
using Orleans.Runtime.Generated;
using Orleans.Runtime.Membership;
using Orleans.Runtime.Messaging;
using Orleans.Runtime.Types;

namespace Orleans.Runtime.Connections;

/// <summary>
/// The connections between silos. Each silo makes one to every other that it calls and answers on those made to it, so a pair
/// that calls both ways has two. Both sides say who they are and whom they mean: a call meant for an earlier life of this
/// address never reaches a grain. Who the members are comes from the view: connections to silos that have left it end at
/// once, and what waited on them fails instead of waiting for its timeout.
/// </summary>
internal sealed partial class SiloConnections : IDisposable
{
    private const long SilenceMaxMs = 15_000;
    private static readonly TimeSpan CheckPeriod = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LeaveGrace = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<SiloAddress, SiloPeer> _peers = new();
    private readonly CodecRegistry _codecs;
    private readonly GrainTypeRegistry _types;
    private readonly ClusterTopology _topology;
    private readonly IClusterMembership _membership;
    private readonly ClusterOptions _cluster;
    private readonly ConnectionOptions _options;
    private readonly int _frameBytesMax;
    private readonly Lazy<CallRouter> _router;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly ITimer _checks;
    private readonly PortProbe _probe;
    private volatile bool _isStopped;

    public SiloConnections(
        IServiceProvider services, CodecRegistry codecs, GrainTypeRegistry types, ClusterTopology topology,
        IClusterMembership membership, IOptions<ClusterOptions> cluster, IOptions<ConnectionOptions> options,
        IOptions<SiloMessagingOptions> messaging, ILogger<SiloConnections> logger)
    {
        _codecs = codecs;
        _types = types;
        _topology = topology;
        _membership = membership;
        _cluster = cluster.Value;
        _options = options.Value;
        _frameBytesMax = messaging.Value.MaxMessageBodySize;
        _router = new Lazy<CallRouter>(services.GetRequiredService<CallRouter>);
        _clock = Clocks.Get(services, TimeProviderNames.Messaging);
        _logger = logger;
        _probe = new PortProbe(_clock, membership.Refused);
        topology.Changed += OnChanged;
        membership.Late += _probe.Ask;
        using (ExecutionContext.SuppressFlow())
            _checks = _clock.CreateTimer(static owner => ((SiloConnections)owner!).Check(), this, CheckPeriod, CheckPeriod);
    }

    /// <summary>Connections to other silos that are open.</summary>
    public int Count => _peers.Values.Count(static peer => peer.Connection is { IsClosed: false });

    public void Send(GrainCall call, SiloAddress silo, long version)
    {
        if (!_peers.TryGetValue(silo, out var peer))
        {
            if (_isStopped || (version <= _topology.Version && _topology.Current.Find(silo) is null))
            {
                Undelivered(call, silo, null);
                return;
            }

            peer = _peers.GetOrAdd(silo, static (address, owner) => new SiloPeer(address, owner), this);
        }

        peer.Send(call, version);
    }

    /// <summary>Takes back a call that was not sent: it goes where its grain belongs now, or is refused.</summary>
    public void Undelivered(GrainCall call, SiloAddress silo, Exception? error)
    {
        if (!_isStopped && _topology.Current.Find(silo) is null)
            _router.Value.Undelivered(call, silo);
        else
            call.TryFail(new OrleansMessageRejectionException($"Silo {silo} cannot be reached; {call} was not sent.", error));
    }

    /// <summary>Keeps a call that was not sent until the cluster has changed, which is about to happen.</summary>
    public void AwaitNextView(GrainCall call, SiloAddress silo)
    {
        // The next one after a view in which the silo is: it may be there already.
        var topology = _topology.Current;
        if (_isStopped || topology.Find(silo) is null)
            Undelivered(call, silo, null);
        else
            _router.Value.Park(call, topology.Version + 1);
    }

    /// <summary>A member has said that it leaves, so that a newer view is about to exist.</summary>
    public void ExpectNextView() => _membership.Hint();

    /// <summary>Longer with each failure in a row, up to the configured delay.</summary>
    public long RetryDelayMs(int failures) =>
        Math.Min((long)_options.ConnectionRetryDelay.TotalMilliseconds, 50L << Math.Min(failures, 10));

    public void ConnectFailed(SiloAddress silo, Exception error)
    {
        CannotConnect(_logger, silo, error.Message);
        if (PortProbe.IsRefusal(error))
            _membership.Refused(silo);
        else
            _membership.Hint();
    }

    /// <summary>Makes a connection and the handshake on it.</summary>
    public async Task<CallConnection> Open(SiloPeer peer)
    {
        using var limit = new CancellationTokenSource(_options.OpenConnectionTimeout, _clock);
        var socket = new Socket(peer.Silo.Endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        var welcome = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        CallConnection? connection = null;
        try
        {
            await socket.ConnectAsync(peer.Silo.Endpoint, limit.Token);
            connection = new CallConnection(socket, _codecs, _types, _frameBytesMax, call => _router.Value.Receive(call))
            {
                IsFromSilo = true,
                OnMoved = (call, silo, version) => _router.Value.Moved(call, silo, version),
                OnOther = (kind, reader) => OnOther(kind, reader, peer, welcome),
            };
            connection.Write(FrameKind.SiloHello, writer => SiloHandshake.Write(writer, new SiloHandshake(
                _cluster.ClusterId, _cluster.ServiceId, _topology.Self, peer.Silo, _topology.Version)));
            _handshakes[connection] = connection.Run(call => new SiloUnavailableException(
                $"The connection to {peer.Silo} was lost before {call} was answered; its outcome is unknown."));
            _ = _handshakes[connection].ContinueWith(
                _ => welcome.TrySetException(new ConnectionFailedException("The silo closed the connection during the handshake.")),
                CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            await welcome.Task.WaitAsync(limit.Token);
            return connection;
        }
        catch
        {
            if (connection is not null)
                _handshakes.TryRemove(connection, out _);
            connection?.Dispose();
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Waits for the end of a connection.</summary>
    public async Task Run(CallConnection connection, SiloAddress silo)
    {
        try
        {
            if (_handshakes.TryRemove(connection, out var running))
                await running;
        }
        catch (Exception error)
        {
            Broken(_logger, silo, error);
        }

        if (_isStopped || _topology.Current.Find(silo) is null)
            return;
        Lost(_logger, silo);
        _membership.Hint();
        _probe.Ask(silo);
    }

    /// <summary>A peer knows of a newer view.</summary>
    public void Heard(long version)
    {
        if (version > _topology.Version)
            _membership.Hint();
    }

    public void Dispose()
    {
        _isStopped = true;
        _checks.Dispose();
        _topology.Changed -= OnChanged;
        _membership.Late -= _probe.Ask;
        foreach (var peer in _peers.Values)
            peer.Leave(static call => new SiloUnavailableException($"The silo stopped before {call} was answered."));
    }

    private readonly ConcurrentDictionary<CallConnection, Task> _handshakes = new();

    private void OnOther(FrameKind kind, CallReader reader, SiloPeer peer, TaskCompletionSource welcome)
    {
        switch (kind)
        {
            case FrameKind.Welcome:
                welcome.TrySetResult();
                return;
            case FrameKind.Refusal:
                welcome.TrySetException(new ConnectionFailedException($"Silo {peer.Silo} refused: {reader.ReadString()}"));
                return;
            case FrameKind.Goodbye:
                if (peer.Connection is { } leaving)
                    _ = leaving.FinishWhenIdle();
                _membership.Hint();
                return;
            case FrameKind.View:
                reader.ReadInt64();
                return;
        }
    }

    private void OnChanged(Topology old, Topology current)
    {
        foreach (var (silo, peer) in _peers)
        {
            if (current.Find(silo) is not null || old.Find(silo) is not { } was)
                continue;
            _peers.TryRemove(silo, out _);
            if (was.Status == SiloStatus.ShuttingDown)
                _ = LeaveLater(peer);
            else
                peer.Leave(static call => new SiloUnavailableException($"The silo was taken out of the cluster before {call} was answered."));
        }

        // Others should not have to be told by their calls being sent back.
        foreach (var peer in _peers.Values)
            peer.Connection?.SendVersion(current.Version);
    }

    /// <summary>A silo that left by itself has answered what it took; the answers may still be on their way.</summary>
    private async Task LeaveLater(SiloPeer peer)
    {
        peer.StopConnecting();
        await Task.Delay(LeaveGrace, _clock);
        peer.Leave(static call => new SiloUnavailableException($"The silo left before {call} was answered."));
    }

    private void Check()
    {
        var now = Environment.TickCount64;
        foreach (var peer in _peers.Values)
            peer.Check(now, SilenceMaxMs);
    }

    [LoggerMessage(420, LogLevel.Warning, "Silo {Silo} cannot be connected to: {Reason}")]
    private static partial void CannotConnect(ILogger logger, SiloAddress silo, string reason);

    [LoggerMessage(421, LogLevel.Warning, "The connection to silo {Silo} is lost")]
    private static partial void Lost(ILogger logger, SiloAddress silo);

    [LoggerMessage(422, LogLevel.Error, "The connection to silo {Silo} failed")]
    private static partial void Broken(ILogger logger, SiloAddress silo, Exception error);
}
