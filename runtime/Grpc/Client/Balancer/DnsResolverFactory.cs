using System.Net;
using System.Net.Sockets;
using Grpc.Core;

namespace Grpc.Net.Client.Balancer;

/// <summary>Resolves <c>dns:///host:port</c> to the addresses of the host.</summary>
public sealed class DnsResolverFactory : ResolverFactory
{
    private readonly TimeSpan _refreshInterval;

    /// <param name="refreshInterval">How often to look again; infinite for only when a server cannot be reached.</param>
    public DnsResolverFactory(TimeSpan refreshInterval)
    {
        _refreshInterval = refreshInterval;
    }

    public override string Name => "dns";

    public override Resolver Create(ResolverOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var target = options.Address.AbsolutePath.TrimStart('/');
        if (target.Length == 0 || options.Address.Authority.Length > 0)
        {
            throw new InvalidOperationException($"'{options.Address}' is no address of the form dns:///host:port.");
        }

        var parsed = new Uri("tcp://" + target);
        return new DnsResolver(
            parsed.IdnHost,
            parsed.IsDefaultPort || parsed.Port < 0 ? options.DefaultPort : parsed.Port,
            _refreshInterval,
            options.ChannelOptions.Resolve<TimeProvider>() ?? TimeProvider.System);
    }

    private sealed class DnsResolver(string host, int port, TimeSpan interval, TimeProvider time) : Resolver
    {
        // A server that is down must not make its clients ask the name server all the time.
        private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(15);

        private readonly CancellationTokenSource _ending = new();
        private readonly Lock _lock = new();
        private Action<ResolverResult>? _listener;
        private ITimer? _timer;
        private long _last;
        private bool _resolving;

        public override void Start(Action<ResolverResult> listener)
        {
            _listener = listener;
            _ = ResolveAsync();
            if (interval > TimeSpan.Zero)
            {
                _timer = time.CreateTimer(_ => _ = ResolveAsync(), null, interval, interval);
            }
        }

        public override void Refresh()
        {
            lock (_lock)
            {
                if (_resolving || time.GetElapsedTime(_last) < ShortestInterval)
                {
                    return;
                }
            }

            _ = ResolveAsync();
        }

        protected override void Dispose(bool disposing)
        {
            _timer?.Dispose();
            _ending.Cancel();
            base.Dispose(disposing);
        }

        private async Task ResolveAsync()
        {
            lock (_lock)
            {
                if (_resolving)
                {
                    return;
                }

                _resolving = true;
                _last = time.GetTimestamp();
            }

            ResolverResult result;
            try
            {
                var addresses = await Dns.GetHostAddressesAsync(host, _ending.Token).ConfigureAwait(false);
                result = ResolverResult.ForResult([.. addresses.Select(a => new BalancerAddress(a.ToString(), port))]);
            }
            catch (Exception exception) when (exception is SocketException or ArgumentException or OperationCanceledException)
            {
                result = ResolverResult.ForFailure(
                    new Status(StatusCode.Unavailable, $"Error getting DNS hosts for address '{host}'.", exception));
            }

            lock (_lock)
            {
                _resolving = false;
            }

            if (!_ending.IsCancellationRequested)
            {
                _listener!(result);
            }
        }
    }
}
