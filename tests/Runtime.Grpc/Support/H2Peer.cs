using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Engine.Runtime.Grpc.Tests.Fuzz;

namespace Engine.Runtime.Grpc.Tests.Support;

/// <summary>A server that speaks HTTP/2 by hand, so that a test decides on every frame.</summary>
public sealed class H2Peer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Connection> _connections = new();
    private readonly Func<Connection, Frame, Task> _onFrame;
    private readonly Task _accepting;

    /// <param name="onFrame">Told every frame but SETTINGS, which are answered already.</param>
    public H2Peer(Func<Connection, Frame, Task> onFrame)
    {
        _onFrame = onFrame;
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _accepting = AcceptAsync();
    }

    public Uri Address { get; }

    public int Connections => _connections.Count;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        foreach (var connection in _connections)
        {
            connection.Dispose();
        }

        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                var connection = new Connection(socket, _connections.Count);
                _connections.Enqueue(connection);
                _ = ServeAsync(connection);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Over.
        }
    }

    private async Task ServeAsync(Connection connection)
    {
        try
        {
            await connection.ReadAsync(H2Frames.Preface.Length, _stop.Token);
            await connection.SendAsync(H2Frames.Settings());
            while (true)
            {
                var header = await connection.ReadAsync(9, _stop.Token);
                var length = (header[0] << 16) | (header[1] << 8) | header[2];
                var payload = await connection.ReadAsync(length, _stop.Token);
                var frame = new Frame(header[3], header[4], BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5)), payload);
                if (frame is { Type: Frame.Settings, Flags: 0 })
                {
                    await connection.SendAsync(H2Frames.Frame(Frame.Settings, 1, 0, []));
                }
                else if (frame.Type != Frame.Settings)
                {
                    await _onFrame(connection, frame);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            connection.Closed.TrySetResult();
        }
    }

    public readonly record struct Frame(byte Type, byte Flags, int Stream, byte[] Payload)
    {
        public const byte Headers = 1;
        public const byte Settings = 4;
        public const byte Ping = 6;

        public bool EndsStream => (Type is 0 or Headers) && (Flags & 1) != 0;
    }

    public sealed class Connection(Socket socket, int number) : IDisposable
    {
        private readonly NetworkStream _stream = new(socket, ownsSocket: true);

        /// <summary>0 for the first.</summary>
        public int Number => number;

        /// <summary>For tests to note streams in.</summary>
        public HashSet<int> Seen { get; } = [];

        public TaskCompletionSource Closed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ValueTask SendAsync(byte[] bytes) => _stream.WriteAsync(bytes);

        /// <summary>Headers, a message and OK.</summary>
        public ValueTask AnswerAsync(int stream, ReadOnlySpan<byte> message) => SendAsync(
        [
            .. H2Frames.Headers(stream, end: false, (":status", "200"), ("content-type", "application/grpc")),
            .. H2Frames.Data(stream, RawHttp.Frame(message), end: false),
            .. H2Frames.Headers(stream, end: true, ("grpc-status", "0")),
        ]);

        public ValueTask GoAwayAsync(int lastStream)
        {
            var payload = new byte[8];
            BinaryPrimitives.WriteInt32BigEndian(payload, lastStream);
            return SendAsync(H2Frames.Frame(7, 0, 0, payload));
        }

        public async Task<byte[]> ReadAsync(int count, CancellationToken cancellationToken)
        {
            var bytes = new byte[count];
            await _stream.ReadExactlyAsync(bytes, cancellationToken);
            return bytes;
        }

        /// <summary>The end of what it sends; it still takes what comes, as a write that is refused would be an error of its own.</summary>
        public void EndSending() => socket.Shutdown(SocketShutdown.Send);

        public void Dispose() => _stream.Dispose();
    }
}
