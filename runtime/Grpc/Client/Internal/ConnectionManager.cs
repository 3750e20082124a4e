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
    private readonly PickedServer? _server;
    private readonly AddressBook? _book;
    private DnsEndPoint? _spareEndPoint;
    private Socket? _spare;
    private int _open;

    public ConnectionManager(GrpcChannel channel)
    {
        _channel = channel;
        if (channel.Address.Scheme is "http" or "https")
        {
            _server = new PickedServer(channel.Address);
        }
        else
        {
            _book = new AddressBook(channel);
        }
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

    /// <summary>The server of all calls, where there is only one.</summary>
    public PickedServer? OnlyServer => _server;

    /// <summary>What requests name as the host where it is not the address they go to.</summary>
    public string? Authority => _book?.Authority;

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

    public ValueTask<PickedServer> PickAsync(bool waitForReady, CancellationToken cancellationToken) =>
        _server is not null ? new ValueTask<PickedServer>(_server) : _book!.PickAsync(waitForReady, cancellationToken);

    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposing.Token);
        var backoff = default(Backoff);
        while (State != ConnectivityState.Ready)
        {
            try
            {
                var server = await PickAsync(waitForReady: true, linked.Token).ConfigureAwait(false);
                var endPoint = new DnsEndPoint(server.Uri.IdnHost, server.Uri.Port);
                var socket = await OpenAsync(endPoint, linked.Token).ConfigureAwait(false);
                lock (_lock)
                {
                    _spare?.Dispose();
                    (_spare, _spareEndPoint) = (socket, endPoint);
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

        _book?.Dispose();
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
            if (_spareEndPoint is not { } expected
                || endPoint.Port != expected.Port
                || !string.Equals(endPoint.Host, expected.Host, StringComparison.OrdinalIgnoreCase))
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
