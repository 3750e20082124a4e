using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;

namespace Engine.Grains.Journal;

/// <summary>
/// What a commit remembers of the request that caused it: hashes of its id, of the channel's message id where it has one,
/// and of the whole request. Hashes, since ids given by others may hold addresses.
/// </summary>
public readonly record struct RequestStamp(UInt128 RequestKey, UInt128 ExternalKey, UInt128 Hash)
{
    /// <summary>No request: a command of the engine's own.</summary>
    public static RequestStamp None => default;

    /// <summary>The stamp of a request.</summary>
    public static RequestStamp Of(string requestId, IMessage request) => new(KeyOf(requestId), 0, HashOf(request));

    /// <summary>The stamp of a request that also carries a channel's message id; <paramref name="request"/> has its request id removed.</summary>
    public static RequestStamp Of(string requestId, string externalId, IMessage request) =>
        new(KeyOf(requestId), KeyOf("external\n" + externalId), HashOf(request));

    public static UInt128 Read(ByteString bytes) => bytes.IsEmpty ? 0 : BinaryPrimitives.ReadUInt128BigEndian(bytes.Span);

    public static ByteString Write(UInt128 value)
    {
        if (value == 0) return ByteString.Empty;
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return UnsafeByteOperations.UnsafeWrap(bytes);
    }

    private static UInt128 KeyOf(string id) => Hash128(Encoding.UTF8.GetBytes(id));

    /// <summary>Maps are written sorted by key: their order on the wire is the client's whim.</summary>
    private static UInt128 HashOf(IMessage request)
    {
        using var buffer = new MemoryStream();
        using (var output = new CodedOutputStream(buffer, leaveOpen: true) { Deterministic = true })
        {
            output.WriteString(request.Descriptor.FullName);
            request.WriteTo(output);
        }

        return Hash128(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    private static UInt128 Hash128(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
