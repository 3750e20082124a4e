using System.Buffers;

namespace Grpc.Core;

/// <summary>Gathers one payload in memory.</summary>
internal sealed class ArraySerializationContext : SerializationContext
{
    private ArrayBufferWriter<byte>? _writer;
    private byte[]? _payload;
    private int? _length;

    public override void Complete(byte[] payload)
    {
        if (_payload is not null)
        {
            throw new InvalidOperationException("Payload has already been set");
        }

        _payload = payload ?? throw new ArgumentNullException(nameof(payload));
    }

    public override IBufferWriter<byte> GetBufferWriter() =>
        _writer ??= _length is > 0 ? new ArrayBufferWriter<byte>(_length.Value) : new ArrayBufferWriter<byte>();

    public override void SetPayloadLength(int payloadLength) => _length = payloadLength;

    public override void Complete() => Complete(_writer is null ? [] : _writer.WrittenSpan.ToArray());

    public byte[] GetPayload() => _payload ?? throw new InvalidOperationException("Payload has not been set");
}
