using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using Grpc.Core;
using Grpc.Net.Compression;

namespace Grpc.Net.Client.Internal;

/// <summary>Frames one request in a pooled buffer. Writing is synchronous, so one a thread is enough.</summary>
internal sealed class RequestFramer : SerializationContext, IBufferWriter<byte>
{
    [ThreadStatic]
    private static RequestFramer? _cached;

    private PayloadBuffer? _frame;
    private int? _maxBytes;
    private bool _completed;

    /// <summary>Appends the message to the buffer.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: larger than allowed.</exception>
    public static void Write<T>(
        T message,
        Action<T, SerializationContext> serializer,
        PayloadBuffer frame,
        int? maxBytes,
        ICompressionProvider? compression)
    {
        var framer = _cached ?? new RequestFramer();
        _cached = null;
        framer._frame = frame;
        framer._maxBytes = maxBytes;
        framer._completed = false;
        var start = frame.Length;
        frame.GetSpan(Wire.HeaderBytes)[..Wire.HeaderBytes].Clear();
        frame.Advance(Wire.HeaderBytes);
        try
        {
            serializer(message, framer);
            if (!framer._completed)
            {
                throw new InvalidOperationException("The marshaller did not complete the message.");
            }
        }
        finally
        {
            framer._frame = null;
            _cached = framer;
        }

        var length = frame.Length - start - Wire.HeaderBytes;
        Check(length, maxBytes);
        if (compression is not null)
        {
            Compress(frame, start, compression);
            length = frame.Length - start - Wire.HeaderBytes;
        }

        var header = frame.WrittenSpan[start..];
        header[0] = compression is null ? (byte)0 : (byte)1;
        BinaryPrimitives.WriteUInt32BigEndian(header[1..], (uint)length);
    }

    public override void SetPayloadLength(int payloadLength)
    {
        Check(payloadLength, _maxBytes);
        _frame!.GetSpan(payloadLength);
    }

    public override IBufferWriter<byte> GetBufferWriter() => this;

    public override void Complete() => _completed = !_completed
        ? true
        : throw new InvalidOperationException("The message was completed already.");

    public override void Complete(byte[] payload)
    {
        _frame!.Write(payload ?? throw new ArgumentNullException(nameof(payload)));
        Complete();
    }

    void IBufferWriter<byte>.Advance(int count) => _frame!.Advance(count);

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint) => _frame!.GetMemory(sizeHint);

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint) => _frame!.GetSpan(sizeHint);

    private static void Compress(PayloadBuffer frame, int start, ICompressionProvider compression)
    {
        var payload = frame.WrittenSpan[(start + Wire.HeaderBytes)..];
        using var compressed = new PayloadBuffer(payload.Length);
        MessageCompression.Compress(compression, CompressionLevel.Fastest, payload, compressed);
        frame.Truncate(start + Wire.HeaderBytes);
        frame.Write(compressed.WrittenSpan);
    }

    private static void Check(int length, int? maxBytes)
    {
        if (length > maxBytes)
        {
            throw new RpcException(new Status(
                StatusCode.ResourceExhausted, "Sending message exceeds the maximum configured message size."));
        }
    }
}
