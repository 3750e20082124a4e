using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Grpc.Core;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>
/// Puts one message into the response, in the connection's own buffer where its length is known beforehand. A small
/// message is given to the connection only when it is whole, so a marshaller that fails halfway leaves nothing
/// behind and the caller still gets a status. Writing is synchronous, so one sink a thread is enough.
/// </summary>
internal sealed class ResponseSink : SerializationContext, IBufferWriter<byte>
{
    // Up to what size the pipe hands out a buffer without borrowing a larger one.
    private const int WholeBytes = 4096 - Wire.HeaderBytes;

    [ThreadStatic]
    private static ResponseSink? _cached;

    private PipeWriter? _pipe;
    private ServerCall? _call;
    private PayloadBuffer? _gathered;
    private Memory<byte> _whole;
    private int? _length;
    private int _written;
    private bool _compress;
    private bool _completed;

    /// <exception cref="RpcException">The message is larger than allowed.</exception>
    public static void Write<T>(ServerCall call, T message, Action<T, SerializationContext> serializer, WriteOptions? options)
    {
        var sink = _cached ?? new ResponseSink();
        _cached = null;
        sink._call = call;
        sink._pipe = call.HttpContext.Response.BodyWriter;
        sink._compress = call.ResponseEncoding is not null
            && ((options?.Flags ?? default) & WriteFlags.NoCompress) == 0;
        try
        {
            serializer(message, sink);
            if (!sink._completed)
            {
                throw new InvalidOperationException("The marshaller did not complete the message.");
            }
        }
        finally
        {
            sink.Reset();
            _cached = sink;
        }
    }

    public override void SetPayloadLength(int payloadLength)
    {
        CheckLength(payloadLength);
        _length = payloadLength;
    }

    public override IBufferWriter<byte> GetBufferWriter()
    {
        if (_compress || _length is null)
        {
            return _gathered ??= new PayloadBuffer(_length ?? 0);
        }

        if (_length <= WholeBytes)
        {
            _whole = _pipe!.GetMemory(Wire.HeaderBytes + _length.Value);
        }
        else
        {
            WriteHeader(_length.Value, compressed: false);
        }

        return this;
    }

    public override void Complete()
    {
        if (_gathered is { } gathered)
        {
            CompleteWith(gathered.WrittenSpan);
            return;
        }

        if (_written != _length)
        {
            // What is sent cannot be taken back, and a wrong length would garble everything after it.
            if (_whole.IsEmpty)
            {
                _call!.HttpContext.Abort();
            }

            throw new InvalidOperationException($"The marshaller wrote {_written} bytes instead of {_length}.");
        }

        if (!_whole.IsEmpty)
        {
            FillHeader(_whole.Span, _written, compressed: false);
            _pipe!.Advance(Wire.HeaderBytes + _written);
        }

        Completed();
    }

    public override void Complete(byte[] payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        CompleteWith(payload);
    }

    void IBufferWriter<byte>.Advance(int count)
    {
        _written += count;
        if (_whole.IsEmpty)
        {
            _pipe!.Advance(count);
        }
    }

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint) => _whole.IsEmpty
        ? _pipe!.GetMemory(sizeHint)
        : _whole[(Wire.HeaderBytes + _written)..];

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint) => _whole.IsEmpty
        ? _pipe!.GetSpan(sizeHint)
        : _whole.Span[(Wire.HeaderBytes + _written)..];

    private static void FillHeader(Span<byte> header, int length, bool compressed)
    {
        header[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(header[1..], (uint)length);
    }

    private void CompleteWith(ReadOnlySpan<byte> payload)
    {
        CheckLength(payload.Length);
        if (_compress)
        {
            using var compressed = new PayloadBuffer(payload.Length);
            MessageCompression.Compress(
                _call!.Options.CompressionProviders[_call.ResponseEncoding!],
                _call.Options.ResponseCompressionLevel,
                payload,
                compressed);
            WriteHeader(compressed.Length, compressed: true);
            _pipe!.Write(compressed.WrittenSpan);
        }
        else
        {
            WriteHeader(payload.Length, compressed: false);
            _pipe!.Write(payload);
        }

        Completed();
    }

    private void WriteHeader(int length, bool compressed)
    {
        FillHeader(_pipe!.GetSpan(Wire.HeaderBytes), length, compressed);
        _pipe.Advance(Wire.HeaderBytes);
        _call!.HasWrittenMessage = true;
    }

    private void Completed()
    {
        if (_completed)
        {
            throw new InvalidOperationException("The message was completed already.");
        }

        _completed = true;
        _call!.HasWrittenMessage = true;
    }

    private void CheckLength(int length)
    {
        if (length > _call!.Options.MaxSendBytes)
        {
            throw new RpcException(new Status(
                StatusCode.ResourceExhausted, "Sending message exceeds the maximum configured message size."));
        }
    }

    private void Reset()
    {
        _gathered?.Dispose();
        _gathered = null;
        _pipe = null;
        _call = null;
        _whole = default;
        _length = null;
        _written = 0;
        _completed = false;
    }
}
