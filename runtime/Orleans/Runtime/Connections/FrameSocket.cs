using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using Orleans.Runtime.Generated;
using Orleans.Serialization;

namespace Orleans.Runtime.Connections;

/// <summary>
/// A socket that carries frames: four bytes of length, one of kind, the rest. Writers append to a buffer under a lock,
/// and one of them at a time sends what has gathered: under load many frames go with one system call.
/// </summary>
internal sealed class FrameSocket : IDisposable
{
    private const int PrefixBytes = 4;
    private const int WaitingBytesMax = 64 * 1024 * 1024;
    private readonly Socket _socket;
    private readonly int _frameBytesMax;
    private readonly CodecRegistry _codecs;
    private readonly Lock _gate = new();
    private CallWriter _filling;
    private CallWriter _sending;
    private bool _isSending;
    private bool _isClosed;
    private bool _isFinishing;
    private long _lastHeardMs = Environment.TickCount64;

    public FrameSocket(Socket socket, CodecRegistry codecs, int frameBytesMax)
    {
        _socket = socket;
        _socket.NoDelay = true;
        _codecs = codecs;
        _frameBytesMax = frameBytesMax;
        _filling = new CallWriter(codecs, 16 * 1024);
        _sending = new CallWriter(codecs, 16 * 1024);
    }

    public bool IsClosed => Volatile.Read(ref _isClosed);

    /// <summary>When anything came in last, in milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    public long LastHeardMs => Volatile.Read(ref _lastHeardMs);

    /// <summary>Appends a frame; false when the connection is closed. Nothing is appended when writing it throws.</summary>
    public bool TryWrite<TState>(FrameKind kind, TState state, Action<CallWriter, TState> write)
    {
        lock (_gate)
        {
            if (_isClosed || _isFinishing)
                return false;
            if (_filling.Length > WaitingBytesMax)
                throw new OrleansMessageRejectionException($"More than {WaitingBytesMax} bytes wait for a slow receiver.");
            var start = _filling.Length;
            try
            {
                _filling.WriteInt32(0);
                _filling.WriteByte((byte)kind);
                write(_filling, state);
                var length = _filling.Length - start - PrefixBytes;
                if (length > _frameBytesMax)
                    throw new OrleansMessageRejectionException($"The message has {length} bytes, {_frameBytesMax} are allowed.");
                _filling.PatchInt32(start, length);
            }
            catch
            {
                _filling.Truncate(start);
                throw;
            }

            if (_isSending)
                return true;
            _isSending = true;
        }

        _ = Send();
        return true;
    }

    /// <summary>Reads frames until the connection ends. A frame's memory is valid only while it is handled.</summary>
    public async Task Read(Action<FrameKind, ReadOnlyMemory<byte>> handle)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            var start = 0;
            var end = 0;
            while (true)
            {
                while (end - start >= PrefixBytes)
                {
                    var length = BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(start));
                    if (length < 1 || length > _frameBytesMax)
                        throw new SerializerException($"A frame of {length} bytes is not allowed.");
                    if (end - start < PrefixBytes + length)
                    {
                        buffer = MakeRoom(buffer, ref start, ref end, PrefixBytes + length);
                        break;
                    }

                    handle((FrameKind)buffer[start + PrefixBytes], buffer.AsMemory(start + PrefixBytes + 1, length - 1));
                    start += PrefixBytes + length;
                }

                if (start == end)
                    start = end = 0;
                else if (end == buffer.Length)
                    buffer = MakeRoom(buffer, ref start, ref end, 2 * (end - start));
                var count = await _socket.ReceiveAsync(buffer.AsMemory(end), SocketFlags.None);
                if (count == 0)
                    return;
                Volatile.Write(ref _lastHeardMs, Environment.TickCount64);
                end += count;
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The other side is gone, or this one closed.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            Dispose();
        }
    }

    /// <summary>Waits until everything written before has been handed to the system.</summary>
    public async Task Flush(TimeSpan limit)
    {
        for (var waited = TimeSpan.Zero; waited < limit; waited += TimeSpan.FromMilliseconds(5))
        {
            lock (_gate)
            {
                if (!_isSending || _isClosed)
                    return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }

    /// <summary>Sends what waits, then tells the other side that nothing follows. Reading goes on.</summary>
    public void Finish()
    {
        lock (_gate)
        {
            if (_isFinishing || _isClosed)
                return;
            _isFinishing = true;
            if (_isSending)
                return;
            _isSending = true;
        }

        _ = Send();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_isClosed)
                return;
            _isClosed = true;
        }

        _socket.Dispose();
    }

    private static byte[] MakeRoom(byte[] buffer, ref int start, ref int end, int needed)
    {
        var target = needed > buffer.Length ? ArrayPool<byte>.Shared.Rent(needed) : buffer;
        buffer.AsSpan(start, end - start).CopyTo(target);
        end -= start;
        start = 0;
        if (!ReferenceEquals(target, buffer))
            ArrayPool<byte>.Shared.Return(buffer);
        return target;
    }

    private async Task Send()
    {
        await Task.Yield();
        try
        {
            while (true)
            {
                lock (_gate)
                {
                    if (_filling.Length == 0 || _isClosed)
                    {
                        _isSending = false;
                        if (_isFinishing && !_isClosed)
                            _socket.Shutdown(SocketShutdown.Send);
                        return;
                    }

                    (_filling, _sending) = (_sending, _filling);
                }

                var rest = _sending.Written;
                while (!rest.IsEmpty)
                    rest = rest[await _socket.SendAsync(rest, SocketFlags.None)..];

                // A buffer that one large message has grown is not kept.
                if (_sending.Length > 1024 * 1024)
                {
                    _sending.Dispose();
                    _sending = new CallWriter(_codecs, 16 * 1024);
                }
                else
                {
                    _sending.Reset();
                }
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            Dispose();
        }
    }
}
