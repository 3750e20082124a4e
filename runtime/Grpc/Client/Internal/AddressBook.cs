using Grpc.Core;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;

namespace Grpc.Net.Client.Internal;

/// <summary>
/// The servers behind a name, and which of them the next call goes to. The HTTP handler keeps connections per
/// address, so choosing a server is choosing the address of the request. A server that cannot be connected to is
/// left out for a while that grows; as nothing was sent to it, the call moves on to the next one.
/// </summary>
internal sealed class AddressBook : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly Resolver _resolver;
    private readonly bool _roundRobin;
    private readonly Lock _lock = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private BalancedServer[] _servers = [];
    private Status? _failure;
    private uint _next;
    private bool _started;

    public AddressBook(GrpcChannel channel)
    {
        _channel = channel;
        var scheme = channel.Address.Scheme;
        var given = channel.Options.Resolve<IEnumerable<ResolverFactory>>() ?? [];
        var factory = given.FirstOrDefault(f => string.Equals(f.Name, scheme, StringComparison.OrdinalIgnoreCase))
            ?? (scheme == "dns" ? new DnsResolverFactory(Timeout.InfiniteTimeSpan) : null)
            ?? throw new InvalidOperationException($"No address resolver configured for the scheme '{scheme}'.");
        _resolver = factory.Create(new ResolverOptions(
            channel.Address, channel.Secure ? 443 : 80, channel.Options.DisableResolverServiceConfig, channel.LoggerFactory, channel.Options));
        var policy = channel.Options.ServiceConfig?.LoadBalancingConfigs.FirstOrDefault(
            c => c.PolicyName is LoadBalancingConfig.PickFirstPolicyName or LoadBalancingConfig.RoundRobinPolicyName);
        Authority = scheme == "dns" ? channel.Address.AbsolutePath.TrimStart('/') : null;
        _roundRobin = policy?.PolicyName == LoadBalancingConfig.RoundRobinPolicyName;
    }

    /// <summary>What calls name as the host, and what its certificate has to say: the name, not the address found for it.</summary>
    public string? Authority { get; }

    /// <summary>The next server; waits for the first addresses, and where asked for a server that is not failing.</summary>
    /// <exception cref="RpcException">UNAVAILABLE: there is none.</exception>
    public async ValueTask<PickedServer> PickAsync(bool waitForReady, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            bool start;
            lock (_lock)
            {
                if (TryPick(out var server, insist: !waitForReady))
                {
                    return server;
                }

                if (_failure is { } failure && !waitForReady)
                {
                    throw new RpcException(failure);
                }

                changed = _changed.Task;
                (start, _started) = (!_started, true);
            }

            if (start)
            {
                _resolver.Start(OnResolved);
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose() => _resolver.Dispose();

    /// <param name="insist">Whether a failing server is better than none.</param>
    private bool TryPick(out BalancedServer server, bool insist)
    {
        var servers = _servers;
        var first = _roundRobin ? _next++ : 0;
        for (var i = 0u; i < servers.Length; i++)
        {
            server = servers[(first + i) % (uint)servers.Length];
            if (!server.IsResting(_channel.Time))
            {
                _next = _roundRobin ? first + i + 1 : 0;
                return true;
            }
        }

        server = servers.Length > 0 ? servers[first % (uint)servers.Length] : null!;
        return insist && servers.Length > 0;
    }

    private void OnResolved(ResolverResult result)
    {
        lock (_lock)
        {
            if (result.Status.StatusCode != StatusCode.OK)
            {
                // What is known stays in use.
                _failure = new Status(StatusCode.Unavailable, result.Status.Detail, result.Status.DebugException);
            }
            else
            {
                var known = _servers.ToDictionary(s => s.Uri);
                _servers = [.. (result.Addresses ?? []).Select(UriOf).Distinct()
                    .Select(uri => known.GetValueOrDefault(uri) ?? new BalancedServer(uri, this))];
                _failure = _servers.Length > 0 ? null
                    : new Status(StatusCode.Unavailable, "Resolver returned no addresses.");
            }

            Signal();
        }
    }

    private Uri UriOf(BalancerAddress address) =>
        new UriBuilder(_channel.Secure ? "https" : "http", address.EndPoint.Host, address.EndPoint.Port).Uri;

    private void Signal()
    {
        _changed.TrySetResult();
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private bool OnFailed(BalancedServer failed)
    {
        bool others;
        TimeSpan rest;
        lock (_lock)
        {
            rest = failed.Rest(_channel);
            others = Array.Exists(_servers, s => s != failed && !s.IsResting(_channel.Time));
        }

        _resolver.Refresh();
        _ = WakeAsync(rest);
        return others;
    }

    /// <summary>Calls that wait for a server look again.</summary>
    private async Task WakeAsync(TimeSpan rest)
    {
        await Task.Delay(rest, _channel.Time).ConfigureAwait(false);
        lock (_lock)
        {
            Signal();
        }
    }

    private sealed class BalancedServer(Uri uri, AddressBook book) : PickedServer(uri)
    {
        private Backoff _backoff;
        private long _since;
        private TimeSpan _rest;

        public bool IsResting(TimeProvider time) =>
            _rest > TimeSpan.Zero && time.GetElapsedTime(_since) < _rest;

        public TimeSpan Rest(GrpcChannel channel)
        {
            _since = channel.Time.GetTimestamp();
            return _rest = _backoff.Next(channel.Options);
        }

        public override void Succeeded()
        {
            if (_rest > TimeSpan.Zero)
            {
                _rest = TimeSpan.Zero;
                _backoff.Reset();
            }
        }

        public override bool Failed(Exception exception) => book.OnFailed(this);
    }
}
