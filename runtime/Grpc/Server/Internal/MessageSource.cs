using System.Buffers;
using Grpc.Core;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Turns payloads into requests of one type.</summary>
internal sealed class MessageSource<T>(Func<DeserializationContext, T> deserializer)
{
    private readonly Utf8Guard? _guard = Utf8Guard.For(typeof(T));

    /// <exception cref="RpcException">INVALID_ARGUMENT: a text is not valid UTF-8.</exception>
    public T Read(in ReadOnlySequence<byte> payload)
    {
        _guard?.Check(payload);
        return PayloadDeserializationContext.Deserialize(deserializer, payload);
    }
}
