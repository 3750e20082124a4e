using System.Buffers;

namespace Grpc.Core;

/// <summary>Offers a received payload to a marshaller. Reading is synchronous, so one a thread is enough.</summary>
internal sealed class PayloadDeserializationContext : DeserializationContext
{
    [ThreadStatic]
    private static PayloadDeserializationContext? _cached;

    private ReadOnlySequence<byte> _payload;

    public override int PayloadLength => (int)_payload.Length;

    public static T Deserialize<T>(Func<DeserializationContext, T> deserializer, in ReadOnlySequence<byte> payload)
    {
        var context = _cached ?? new PayloadDeserializationContext();
        _cached = null;
        context._payload = payload;
        var message = deserializer(context);
        context._payload = default;
        _cached = context;
        return message;
    }

    public override byte[] PayloadAsNewBuffer() => _payload.ToArray();

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => _payload;
}
