using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.Cluster;
using Orleans.Runtime.Generated;
using Orleans.Runtime.Membership;
using Orleans.Runtime.Membership.Gateways;
using Orleans.Runtime.Messaging;
using Orleans.Runtime.References;
using Orleans.Runtime.Types;

namespace Orleans.Runtime.Connections;

/// <summary>
/// A client's connections to the cluster: one to every gateway it can reach. With a single one each call to another silo would
/// take two hops, and the loss of that silo would cut the client off. The configured list only serves to find a first gateway;
/// from then on gateways say who is in the cluster whenever that changes, so the client computes the same ring as the silos and
/// sends a call straight to the silo of its grain.
/// </summary>
internal sealed partial class GatewayLinks : IDisposable
{
    private readonly CodecRegistry _codecs;
    private readonly GrainTypeRegistry _types;
    private readonly GrainBindings _bindings;
    private readonly IGatewayList _list;
    private readonly ClusterOptions _cluster;
    private readonly ConnectionOptions _options;
    private readonly GatewayOptions _gateways;
    private readonly int _frameBytesMax;
    private readonly Lazy<LocalObjects> _objects;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<GatewayLink> _links = [];
    private readonly Dictionary<EndPoint, long> _retryAtMs = [];
    private TaskCompletionSource _change = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile LinkSet _usable = LinkSet.None;
    private volatile Topology _topology = new(ClusterView.Empty);
    private Task _keeping = Task.CompletedTask;
    private bool _wasConnected;

    public GatewayLinks(
        IServiceProvider services, CodecRegistry codecs, GrainTypeRegistry types, GrainBindings bindings, IGatewayList list,
        IOptions<ClientMessagingOptions> messaging, IOptions<ClusterOptions> cluster, IOptions<ConnectionOptions> options,
        IOptions<GatewayOptions> gateways, ILogger<GatewayLinks> logger)
    {
        _codecs = codecs;
        _types = types;
        _bindings = bindings;
        _list = list;
        _cluster = cluster.Value;
        _options = options.Value;
        _gateways = gateways.Value;
        _frameBytesMax = messaging.Value.MaxMessageBodySize;
        _objects = new Lazy<LocalObjects>(services.GetRequiredService<LocalObjects>);
        _logger = logger;
    }

    /// <summary>Gateways that take calls now.</summary>
    public int Count => _usable.All.Length;

    /// <summary>Connects to one gateway of the list; the others follow.</summary>
    /// <exception cref="ConnectionFailedException">None can be reached.</exception>
    public async Task Connect(CancellationToken cancellationToken)
    {
        var endpoints = await _list.GetAsync(cancellationToken);
        ConnectionFailedException? last = null;
        foreach (var endpoint in endpoints.OrderBy(static _ => Random.Shared.Next()))
        {
            try
            {
                await Open(endpoint, cancellationToken);
                return;
            }
            catch (ConnectionFailedException error)
            {
                last = error;
            }
        }

        throw new ConnectionFailedException($"Unable to connect to any of the {endpoints.Length} gateways.", last!);
    }

    /// <summary>From now on connections are made again when they are lost, and to gateways that are new.</summary>
    public void Keep() => _keeping = KeepOn();

    public async Task Stop()
    {
        await _stopping.CancelAsync();
        foreach (var link in Links())
            link.Close();
        await _keeping;
    }

    /// <summary>The connection for a call of a grain: that of its silo, else any; null when there is none.</summary>
    public CallConnection? Find(GrainId grainId)
    {
        var usable = _usable;
        if (usable.All.Length == 0)
            return null;
        if (!LocalObjects.IsObject(grainId)
            && ClusterTopology.OwnerOf(grainId, _topology) is { } owner
            && usable.BySilo.TryGetValue(owner, out var direct) && direct.IsUsable)
        {
            return direct.Connection;
        }

        // Another gateway passes it on.
        var start = grainId.GetUniformHashCode();
        for (var offset = 0u; offset < usable.All.Length; offset++)
        {
            var link = usable.All[(start + offset) % (uint)usable.All.Length];
            if (link.IsUsable)
                return link.Connection;
        }

        return null;
    }

    public CallConnection NewConnection(Socket socket, Action<FrameKind, CallReader> onOther) =>
        new(socket, _codecs, _types, _frameBytesMax, call => _objects.Value.Deliver(call)) { OnOther = onOther };

    public void WriteHello(CallWriter writer) =>
        Handshake.WriteHello(writer, _cluster.ClusterId, _cluster.ServiceId, _objects.Value.OwnerId);

    public void Learn(IEnumerable<GrainBinding> bindings) => _bindings.Replace(bindings);

    public void Learn(ClusterView view)
    {
        lock (_gate)
        {
            if (view.Version <= _topology.Version)
                return;
            _topology = new Topology(view);
        }

        Changed();
    }

    /// <summary>A connection was made, lost, or is about to end, or the members have changed.</summary>
    public void Changed()
    {
        lock (_gate)
        {
            _links.RemoveAll(static link => link.IsEnded);
            var usable = _links.Where(static link => link.IsUsable).ToArray();
            _usable = new LinkSet(
                usable, usable.Where(static link => link.Silo is not null).DistinctBy(static link => link.Silo)
                    .ToFrozenDictionary(static link => link.Silo!));

            // A cluster that is not heard of any more may begin anew, with a lower version.
            if (usable.Length == 0)
                _topology = new Topology(ClusterView.Empty);
            if (_wasConnected != usable.Length > 0)
            {
                _wasConnected = usable.Length > 0;
                if (!_wasConnected && !_stopping.IsCancellationRequested)
                    Lost(_logger);
            }

            _change.TrySetResult();
        }
    }

    public void Failed(EndPoint endpoint, Exception error) => ConnectionFailed(_logger, endpoint, error);

    public void Dispose()
    {
        foreach (var link in Links())
            link.Close();
        _stopping.Dispose();
    }

    private List<GatewayLink> Links()
    {
        lock (_gate)
            return [.. _links];
    }

    private async Task Open(EndPoint endpoint, CancellationToken cancellationToken)
    {
        var link = new GatewayLink(endpoint, this);
        lock (_gate)
            _links.Add(link);
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
            await link.Open(_options.OpenConnectionTimeout, either.Token);
        }
        finally
        {
            Changed();
        }
    }

    private async Task KeepOn()
    {
        var listReadMs = long.MinValue;
        var listed = new List<EndPoint>();
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                Task change;
                lock (_gate)
                {
                    if (_change.Task.IsCompleted)
                        _change = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    change = _change.Task;
                }

                // Gateways tell who is there; the list is for when none is left, and for those that no member names.
                if (Count == 0 || Environment.TickCount64 - listReadMs > _gateways.GatewayListRefreshPeriod.TotalMilliseconds)
                {
                    listed = [.. await _list.GetAsync(_stopping.Token)];
                    listReadMs = Environment.TickCount64;
                }

                foreach (var endpoint in Missing(listed))
                    _ = TryOpen(endpoint);
                await Task.WhenAny(change, Task.Delay(_options.ConnectionRetryDelay, TimeProvider.System, _stopping.Token));
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                Retrying(_logger, error.Message);
                await Task.Delay(_options.ConnectionRetryDelay, TimeProvider.System, CancellationToken.None);
            }
        }
    }

    /// <summary>Gateways to which there is neither a connection nor an attempt, and whose last attempt is long enough ago.</summary>
    private List<EndPoint> Missing(List<EndPoint> listed)
    {
        lock (_gate)
        {
            var members = _topology.View.Members.Where(static member => member is { Status: SiloStatus.Active, Gateway: not null }).ToList();
            var known = _links.Select(static link => link.Silo).OfType<SiloAddress>().ToHashSet();
            var tried = _links.Select(static link => link.Endpoint).ToHashSet();
            var wanted = members.Where(member => !known.Contains(member.Silo)).Select(static member => (EndPoint)member.Gateway!.Endpoint);

            // The list is older than what gateways say.
            if (members.Count == 0)
                wanted = wanted.Concat(listed);
            var now = Environment.TickCount64;
            var missing = wanted.Distinct().Where(endpoint => !tried.Contains(endpoint) && _retryAtMs.GetValueOrDefault(endpoint) <= now).ToList();
            foreach (var endpoint in missing)
                _retryAtMs[endpoint] = now + (long)_options.ConnectionRetryDelay.TotalMilliseconds;
            return missing;
        }
    }

    private async Task TryOpen(EndPoint endpoint)
    {
        try
        {
            await Open(endpoint, CancellationToken.None);
        }
        catch (Exception error) when (error is ConnectionFailedException or OperationCanceledException)
        {
            if (!_stopping.IsCancellationRequested)
                Retrying(_logger, error.Message);
        }
    }

    [LoggerMessage(410, LogLevel.Warning, "The connections to all gateways are lost")]
    private static partial void Lost(ILogger logger);

    [LoggerMessage(411, LogLevel.Warning, "A gateway cannot be reached: {Reason}")]
    private static partial void Retrying(ILogger logger, string reason);

    [LoggerMessage(412, LogLevel.Error, "The connection to gateway {Endpoint} failed")]
    private static partial void ConnectionFailed(ILogger logger, EndPoint endpoint, Exception error);

    private sealed record LinkSet(GatewayLink[] All, FrozenDictionary<SiloAddress, GatewayLink> BySilo)
    {
        public static LinkSet None { get; } = new([], FrozenDictionary<SiloAddress, GatewayLink>.Empty);
    }
}
