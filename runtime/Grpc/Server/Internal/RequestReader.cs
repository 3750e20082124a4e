using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Grpc.Core;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>
/// Takes messages out of a request body where they lie in the connection's buffers. A message is parsed there and
/// then given back, so nothing is copied; frames may be cut anywhere, and a message waits until it is whole.
/// </summary>
internal static class RequestReader
{
    /// <summary>Reads the only message of a unary or server streaming request, and makes sure that it is the only one.</summary>
    /// <exception cref="RpcException">The request is malformed or too large.</exception>
    public static ValueTask<T> ReadSingleAsync<T>(ServerCall call, MessageSource<T> source)
    {
        var reader = call.HttpContext.Request.BodyReader;

        // Small requests are usually here, whole, by the time they are dispatched.
        if (reader.TryRead(out var result))
        {
            var buffer = result.Buffer;
            if (TryReadMessage(call, source, ref buffer, out var message))
            {
                if (!buffer.IsEmpty)
                {
                    throw TooMany();
                }

                reader.AdvanceTo(buffer.Start);
                return result.IsCompleted ? new ValueTask<T>(message) : WaitForEndAsync(reader, message);
            }

            if (result.IsCompleted)
            {
                throw Incomplete();
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }

        return ReadSingleSlowAsync(call, reader, source);
    }

    /// <summary>The next message of a stream of requests; false at its end.</summary>
    public static async ValueTask<(bool Found, T? Message)> ReadNextAsync<T>(
        ServerCall call, MessageSource<T> source, CancellationToken cancellationToken)
    {
        var reader = call.HttpContext.Request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            if (TryReadMessage(call, source, ref buffer, out var message))
            {
                reader.AdvanceTo(buffer.Start);
                return (true, message);
            }

            if (result.IsCompleted)
            {
                var rest = buffer.Length;
                reader.AdvanceTo(buffer.End);
                return rest == 0 ? (false, default) : throw Incomplete();
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private static async ValueTask<T> ReadSingleSlowAsync<T>(ServerCall call, PipeReader reader, MessageSource<T> source)
    {
        while (true)
        {
            var result = await reader.ReadAsync();
            var buffer = result.Buffer;
            if (TryReadMessage(call, source, ref buffer, out var message))
            {
                if (!buffer.IsEmpty)
                {
                    throw TooMany();
                }

                reader.AdvanceTo(buffer.Start);
                return result.IsCompleted ? message : await WaitForEndAsync(reader, message);
            }

            if (result.IsCompleted)
            {
                throw Incomplete();
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private static async ValueTask<T> WaitForEndAsync<T>(PipeReader reader, T message)
    {
        while (true)
        {
            var result = await reader.ReadAsync();
            if (!result.Buffer.IsEmpty)
            {
                throw TooMany();
            }

            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return message;
            }
        }
    }

    private static bool TryReadMessage<T>(
        ServerCall call, MessageSource<T> source, ref ReadOnlySequence<byte> buffer, out T message)
    {
        message = default!;
        if (buffer.Length < Wire.HeaderBytes)
        {
            return false;
        }

        Span<byte> copied = stackalloc byte[Wire.HeaderBytes];
        scoped var header = buffer.FirstSpan;
        if (header.Length < Wire.HeaderBytes)
        {
            buffer.Slice(0, Wire.HeaderBytes).CopyTo(copied);
            header = copied;
        }

        var flag = header[0];
        if (flag > 1)
        {
            throw Error(StatusCode.Internal, "Unexpected compressed flag value in message header.");
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        if (length > (uint)(call.Options.MaxReceiveBytes ?? int.MaxValue))
        {
            throw Error(StatusCode.ResourceExhausted, "Received message exceeds the maximum configured message size.");
        }

        if (buffer.Length - Wire.HeaderBytes < length)
        {
            return false;
        }

        var payload = buffer.Slice(Wire.HeaderBytes, (int)length);
        message = flag == 0 ? source.Read(payload) : Expand(call, source, payload);
        buffer = buffer.Slice(payload.End);
        return true;
    }

    private static T Expand<T>(ServerCall call, MessageSource<T> source, ReadOnlySequence<byte> payload)
    {
        var encoding = call.RequestEncoding
            ?? throw Error(StatusCode.Internal, "Request did not include grpc-encoding value with compressed message.");
        if (encoding == Wire.Identity)
        {
            throw Error(StatusCode.Internal, "Request sent 'identity' grpc-encoding value with compressed message.");
        }

        if (!call.Options.CompressionProviders.TryGetValue(encoding, out var provider))
        {
            call.HttpContext.Response.Headers.GrpcAcceptEncoding = call.Options.AcceptEncoding;
            throw Error(
                StatusCode.Unimplemented,
                $"Unsupported grpc-encoding value '{encoding}'. Supported encodings: {call.Options.AcceptEncoding.Replace(",", ", ", StringComparison.Ordinal)}");
        }

        using var expanded = new PayloadBuffer((int)Math.Min(payload.Length * 4, 1 << 20));
        try
        {
            if (!MessageCompression.TryExpand(provider, payload, call.Options.MaxReceiveBytes, expanded))
            {
                throw Error(StatusCode.ResourceExhausted, "Received message exceeds the maximum configured message size.");
            }
        }
        catch (InvalidDataException exception)
        {
            throw new RpcException(new Status(
                StatusCode.Internal, $"The message is not compressed as '{encoding}'.", exception));
        }

        return source.Read(new ReadOnlySequence<byte>(expanded.WrittenMemory));
    }

    private static RpcException Incomplete() => Error(StatusCode.Internal, "Incomplete message.");

    private static RpcException TooMany() =>
        Error(StatusCode.Internal, "Additional data after the message received.");

    private static RpcException Error(StatusCode code, string detail) => new(new Status(code, detail));
}
