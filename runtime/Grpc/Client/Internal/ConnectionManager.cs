using System.Net;
using System.Net.Sockets;
using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>
/// Which server a call goes to, and what is known of the connections. The handler opens and keeps the connections;
/// this watches it do so, and can open one ahead of the first call.
/// </summary>
internal sealed class ConnectionManager : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _disposing = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ConnectivityState _state = ConnectivityState.Idle;
    private Socket? _spare;
    private int _open;

    public ConnectionManager(GrpcChannel channel)
    {
        _channel = channel;
        Server = new PickedServer(channel.Address);
    }

    public ConnectivityState State
    {
        get
        {
            lock (_lock)
            {
                return _state;
            }
        }
    }

    private PickedServer Server { get; }

    /// <summary>Watches the connections of a handler, if it lets us.</summary>
    public void Attach(HttpMessageHandler handler)
    {
        var inner = handler;
        while (inner is DelegatingHandler { InnerHandler: { } next })
        {
            inner = next;
        }

        if (inner is SocketsHttpHandler { ConnectCallback: null } sockets)
        {
            try
            {
                sockets.ConnectCallback = ConnectAsync;
            }
            catch (InvalidOperationException)
            {
                // In use already, by another channel: it connects as it always did, unwatched.
            }
        }
    }

    public ValueTask<PickedServer> PickAsync(bool waitForReady, CancellationToken cancellationToken) => new(Server);

    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposing.Token);
        var backoff = default(Backoff);
        while (State != ConnectivityState.Ready)
        {
            try
            {
                var socket = await OpenAsync(new DnsEndPoint(_channel.Address.IdnHost, _channel.Address.Port), linked.Token).ConfigureAwait(false);
                lock (_lock)
                {
                    _spare?.Dispose();
                    _spare = socket;
                }

                return;
            }
            catch (SocketException)
            {
                await backoff.WaitAsync(_channel, linked.Token).ConfigureAwait(false);
            }
        }
    }

    public async Task WaitForChangeAsync(ConnectivityState last, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_state != last)
                {
                    return;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        _disposing.Cancel();
        Move(ConnectivityState.Shutdown);
        lock (_lock)
        {
            _spare?.Dispose();
            _spare = null;
        }

        _disposing.Dispose();
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = TakeSpare(context.DnsEndPoint)
            ?? await OpenAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
        Interlocked.Increment(ref _open);
        return new WatchedStream(socket, this);
    }

    private Socket? TakeSpare(DnsEndPoint endPoint)
    {
        Socket? spare;
        lock (_lock)
        {
            if (endPoint.Port != _channel.Address.Port
                || !string.Equals(endPoint.Host, _channel.Address.IdnHost, StringComparison.OrdinalIgnoreCase))
            {
                return null;
            }

            (spare, _spare) = (_spare, null);
        }

        // Readable before anything was sent: the server has hung up.
        if (spare is not null && spare.Poll(0, SelectMode.SelectRead))
        {
            spare.Dispose();
            return null;
        }

        return spare;
    }

    private async Task<Socket> OpenAsync(DnsEndPoint endPoint, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _open) == 0)
        {
            Move(ConnectivityState.Connecting);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);
            Move(ConnectivityState.Ready);
            return socket;
        }
        catch (Exception exception)
        {
            socket.Dispose();
            if (Volatile.Read(ref _open) == 0)
            {
                Move(exception is OperationCanceledException ? ConnectivityState.Idle : ConnectivityState.TransientFailure);
            }

            throw;
        }
    }

    private void OnClosed()
    {
        if (Interlocked.Decrement(ref _open) == 0)
        {
            Move(ConnectivityState.Idle);
        }
    }

    private void Move(ConnectivityState state)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            if (_state == state || _state == ConnectivityState.Shutdown)
            {
                return;
            }

            _state = state;
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.TrySetResult();
    }

    /// <summary>Tells when a connection is gone.</summary>
    private sealed class WatchedStream(Socket socket, ConnectionManager manager) : NetworkStream(socket, ownsSocket: true)
    {
        private int _closed;

        protected override void Dispose(bool disposing)
        {
            if (Interlocked.Exchange(ref _closed, 1) == 0)
            {
                manager.OnClosed();
            }

            base.Dispose(disposing);
        }
    }
}
