using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.Filters;
using Orleans.Runtime.Generated;
using Orleans.Runtime.Messaging;
using Orleans.Runtime.References;
using Orleans.Runtime.Types;

namespace Orleans.Runtime.Connections;

/// <summary>
/// A client's way to the cluster: a connection to one of its gateways, made again when it is lost. A call made while
/// there is none fails at once; a call under way when it is lost fails with an unknown outcome.
/// </summary>
internal sealed partial class ClientConnection : IReferenceRuntime, IHostedService, IDisposable
{
    private readonly IServiceProvider _services;
    private readonly GrainTypeRegistry _types;
    private readonly GrainBindings _bindings;
    private readonly CallFilters _filters;
    private readonly ClientMessagingOptions _options;
    private readonly ClusterOptions _cluster;
    private readonly ConnectionOptions _connecting;
    private readonly StaticGatewayListProviderOptions _gateways;
    private readonly ILogger _logger;
    private readonly CallTimeouts _timeouts;
    private readonly Lazy<GrainFactory> _factory;
    private readonly Lazy<LocalObjects> _objects;
    private readonly CancellationTokenSource _stopping = new();
    private volatile CallConnection? _connection;
    private Task _keeping = Task.CompletedTask;
    private int _nextGateway;

    public ClientConnection(
        IServiceProvider services, CodecRegistry codecs, GrainTypeRegistry types, GrainBindings bindings, CallFilters filters,
        IOptions<ClientMessagingOptions> options, IOptions<ClusterOptions> cluster, IOptions<ConnectionOptions> connecting,
        IOptions<StaticGatewayListProviderOptions> gateways, ILogger<ClientConnection> logger)
    {
        _services = services;
        Codecs = codecs;
        _types = types;
        _bindings = bindings;
        _filters = filters;
        _options = options.Value;
        _cluster = cluster.Value;
        _connecting = connecting.Value;
        _gateways = gateways.Value;
        _logger = logger;
        _factory = new Lazy<GrainFactory>(services.GetRequiredService<GrainFactory>);
        _objects = new Lazy<LocalObjects>(services.GetRequiredService<LocalObjects>);
        _timeouts = new CallTimeouts(Clocks.Get(services, TimeProviderNames.Messaging), OnTimeout);
    }

    public bool HasOutgoingFilters => _filters.HasOutgoing;

    public CodecRegistry Codecs { get; }

    public bool IsConnected => _connection is { IsClosed: false };

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var filter = _services.GetService<IClientConnectionRetryFilter>();
        while (true)
        {
            try
            {
                await Connect(cancellationToken);
                break;
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                if (filter is null || !await filter.ShouldRetryConnectionAttempt(error, cancellationToken))
                    throw;
            }
        }

        _keeping = Keep();
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        _connection?.Dispose();
        await _keeping;
        _timeouts.FailAll(static call => new SiloUnavailableException($"The client stopped before {call} was answered."));
    }

    public void Send(GrainCall call)
    {
        if (LocalObjects.IsObject(call.TargetId) && LocalObjects.OwnerOf(call.TargetId) == _objects.Value.OwnerId)
        {
            if (!call.IsOneWay)
                _timeouts.Track(call, LimitOf(call));
            _objects.Value.Deliver(call);
            return;
        }

        if (!call.IsOneWay)
            _timeouts.Track(call, LimitOf(call));
        if (_connection is not { IsLeaving: false } connection || !connection.TrySend(call))
            call.TryFail(new SiloUnavailableException("The client is not connected to a gateway."));
        else if (connection.IsClosed)
            call.TryFail(new SiloUnavailableException("The connection was lost; the outcome of the call is unknown."));
    }

    public async Task<object?> SendFiltered(GrainCall call, Func<Task> send, Func<object?> getResult)
    {
        var context = new OutgoingCallContext(call, _filters.Outgoing, send, getResult);
        await context.Invoke();
        return context.Result;
    }

    public void Cancel(GrainCall call) => _connection?.Cancel(call);

    public void Forget(GrainCall call)
    {
        _timeouts.Forget(call);
    }

    public object Cast(GrainReference reference, Type interfaceType) =>
        _factory.Value.TypedReference(reference.GrainId, interfaceType);

    public void Dispose()
    {
        _connection?.Dispose();
        _timeouts.Dispose();
        _stopping.Dispose();
    }

    private TimeSpan LimitOf(GrainCall call) => call.Method.Timeout ?? _options.ResponseTimeout;

    private async Task Connect(CancellationToken cancellationToken)
    {
        if (_gateways.Gateways.Count == 0)
            throw new OrleansConfigurationException("Clustering has not been configured: the client knows no gateway.");
        Exception? last = null;
        for (var attempt = 0; attempt < _gateways.Gateways.Count; attempt++)
        {
            var gateway = _gateways.Gateways[(_nextGateway++ & int.MaxValue) % _gateways.Gateways.Count];
            try
            {
                await ConnectTo(gateway, cancellationToken);
                return;
            }
            catch (Exception error) when (error is SocketException or OperationCanceledException or Messaging.ConnectionFailedException
                && !cancellationToken.IsCancellationRequested)
            {
                last = error;
            }
        }

        throw last as Messaging.ConnectionFailedException
            ?? new Messaging.ConnectionFailedException($"Unable to connect to any of the {_gateways.Gateways.Count} gateways.", last!);
    }

    private async Task ConnectTo(Uri gateway, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        limit.CancelAfter(_connecting.OpenConnectionTimeout);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        var welcome = new TaskCompletionSource<CallConnection>(TaskCreationOptions.RunContinuationsAsynchronously);
        CallConnection? connection = null;
        try
        {
            await socket.ConnectAsync(new DnsEndPoint(gateway.Host, gateway.Port), limit.Token);
            connection = new CallConnection(socket, Codecs, _types, _options.MaxMessageBodySize, call => _objects.Value.Deliver(call))
            {
                OnOther = (kind, reader) => OnHandshake(kind, reader, welcome, () => connection!),
            };
            connection.Write(FrameKind.Hello, writer =>
                Handshake.WriteHello(writer, _cluster.ClusterId, _cluster.ServiceId, _objects.Value.OwnerId));
            var running = Run(connection, welcome);
            _connection = await welcome.Task.WaitAsync(limit.Token);
        }
        catch
        {
            connection?.Dispose();
            socket.Dispose();
            throw;
        }
    }

    private void OnHandshake(FrameKind kind, CallReader reader, TaskCompletionSource<CallConnection> welcome, Func<CallConnection> connection)
    {
        if (kind == FrameKind.Refusal)
        {
            welcome.TrySetException(new Messaging.ConnectionFailedException($"The gateway refused: {reader.ReadString()}"));
        }
        else if (kind == FrameKind.Welcome)
        {
            _bindings.Replace(Handshake.ReadWelcome(reader).Bindings);
            welcome.TrySetResult(connection());
        }
    }

    private async Task Run(CallConnection connection, TaskCompletionSource<CallConnection> welcome)
    {
        try
        {
            await connection.Run(static call =>
                new SiloUnavailableException($"The connection was lost before {call} was answered; its outcome is unknown."));
        }
        catch (Exception error)
        {
            Failed(_logger, error);
        }
        finally
        {
            welcome.TrySetException(new Messaging.ConnectionFailedException("The gateway closed the connection during the handshake."));
            _lost.TrySetResult();
        }
    }

    private TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Connects again whenever the connection is lost.</summary>
    private async Task Keep()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await _lost.Task.WaitAsync(_stopping.Token);
                _lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                if (IsConnected)
                    continue;
                Lost(_logger);
                await Connect(_stopping.Token);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                Retrying(_logger, error.Message);
                _lost.TrySetResult();
                await Task.Delay(_connecting.ConnectionRetryDelay, TimeProvider.System, CancellationToken.None);
            }
        }
    }

    private void OnTimeout(GrainCall call)
    {
        if (!call.TryFail(CallTimeouts.Error(call, LimitOf(call))))
            _timeouts.Forget(call);
        else if (_options.CancelRequestOnTimeout && (call.Method.Options & CallOptions.Cancellable) != 0)
            Cancel(call);
        else
            _connection?.Cancel(call);
    }

    [LoggerMessage(410, LogLevel.Warning, "The connection to the gateway is lost")]
    private static partial void Lost(ILogger logger);

    [LoggerMessage(411, LogLevel.Warning, "No gateway can be reached: {Reason}")]
    private static partial void Retrying(ILogger logger, string reason);

    [LoggerMessage(412, LogLevel.Error, "The connection to the gateway failed")]
    private static partial void Failed(ILogger logger, Exception error);
}
