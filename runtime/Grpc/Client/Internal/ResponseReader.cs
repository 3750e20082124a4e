using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Grpc.Core;
using Grpc.Net.Compression;

namespace Grpc.Net.Client.Internal;

/// <summary>
/// Takes messages out of a response. One read of the connection may bring many small messages, or a part of a large
/// one; what is left over waits in the buffer for the next call.
/// </summary>
internal sealed class ResponseReader<T>(GrpcChannel channel, Func<DeserializationContext, T> deserializer) : IDisposable
{
    private const int InitialBytes = 4096;

    private byte[] _buffer = [];
    private int _start;
    private int _end;

    public bool HasRest => _end > _start;

    /// <summary>A whole message that is in the buffer already.</summary>
    /// <exception cref="RpcException">It is malformed or too large.</exception>
    public bool TryTake(CallBase call, [MaybeNullWhen(false)] out T message)
    {
        message = default;
        var received = _buffer.AsSpan(_start, _end - _start);
        if (received.Length < Wire.HeaderBytes)
        {
            return false;
        }

        if (received[0] > 1)
        {
            throw Error(StatusCode.Internal, "Unexpected compressed flag value in message header.");
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(received[1..]);
        if (length > (uint)Math.Min(channel.MaxReceiveBytes ?? int.MaxValue, Array.MaxLength - Wire.HeaderBytes))
        {
            throw Error(StatusCode.ResourceExhausted, "Received message exceeds the maximum configured message size.");
        }

        var total = Wire.HeaderBytes + (int)length;
        if (received.Length < total)
        {
            // What the server announces is no reason to set memory aside; what it sends is.
            EnsureRoom(Math.Min(total, Math.Max(1 << 20, received.Length * 2)));
            return false;
        }

        var compressed = received[0] == 1;
        var payload = new ReadOnlySequence<byte>(_buffer, _start + Wire.HeaderBytes, (int)length);
        _start += total;
        message = compressed ? Expand(call.ResponseEncoding, payload) : PayloadDeserializationContext.Deserialize(deserializer, payload);
        return true;
    }

    /// <summary>Reads on; false at the end of the response.</summary>
    public ValueTask<bool> FillAsync(Stream stream, CancellationToken cancellationToken)
    {
        EnsureRoom(0);
        var reading = stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        return reading.IsCompletedSuccessfully
            ? new ValueTask<bool>(Filled(reading.Result))
            : AwaitAsync(reading);

        async ValueTask<bool> AwaitAsync(ValueTask<int> pending) => Filled(await pending.ConfigureAwait(false));
    }

    public void Dispose()
    {
        var buffer = _buffer;
        _buffer = [];
        _start = _end = 0;
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private bool Filled(int count)
    {
        _end += count;
        return count > 0;
    }

    /// <summary>Makes room for a message of that many bytes in all, and for at least one byte more.</summary>
    private void EnsureRoom(int total)
    {
        var kept = _end - _start;
        if (kept == 0)
        {
            _start = _end = 0;
        }

        if (_buffer.Length > _end && _buffer.Length - _start >= total)
        {
            return;
        }

        if (_buffer.Length >= Math.Max(total, kept + 1))
        {
            _buffer.AsSpan(_start, kept).CopyTo(_buffer);
        }
        else
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(total, kept + 1), InitialBytes));
            _buffer.AsSpan(_start, kept).CopyTo(larger);
            if (_buffer.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_buffer);
            }

            _buffer = larger;
        }

        (_start, _end) = (0, kept);
    }

    private T Expand(string? encoding, ReadOnlySequence<byte> payload)
    {
        if (encoding is null or Wire.Identity)
        {
            throw Error(StatusCode.Internal, "Response did not include grpc-encoding value with compressed message.");
        }

        if (!channel.CompressionProviders.TryGetValue(encoding, out var provider))
        {
            throw Error(
                StatusCode.Unimplemented,
                $"Unsupported grpc-encoding value '{encoding}'. Supported encodings: {channel.AcceptEncoding.Replace(",", ", ", StringComparison.Ordinal)}");
        }

        using var expanded = new PayloadBuffer((int)Math.Min(payload.Length * 4, 1 << 20));
        return ExpandInto(provider, payload, expanded, encoding);
    }

    private T ExpandInto(ICompressionProvider provider, ReadOnlySequence<byte> payload, PayloadBuffer expanded, string encoding)
    {
        try
        {
            if (!MessageCompression.TryExpand(provider, payload, channel.MaxReceiveBytes, expanded))
            {
                throw Error(StatusCode.ResourceExhausted, "Received message exceeds the maximum configured message size.");
            }
        }
        catch (InvalidDataException exception)
        {
            throw new RpcException(new Status(StatusCode.Internal, $"The message is not compressed as '{encoding}'.", exception));
        }

        return PayloadDeserializationContext.Deserialize(deserializer, new ReadOnlySequence<byte>(expanded.WrittenMemory));
    }

    private static RpcException Error(StatusCode code, string detail) => new(new Status(code, detail));
}
