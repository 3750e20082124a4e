using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Engine.Api.Errors;

namespace Engine.Api.Paging;

/// <summary>
/// Where a list goes on, as an opaque page token. It carries a fingerprint of the list it belongs to (workspace, method,
/// filter, order), because a token used with another filter would silently leave out entries or show them twice.
/// </summary>
/// <param name="Number">A version, a count or an instant: what the list orders by.</param>
/// <param name="Version">A version where the order needs one more.</param>
/// <param name="Id">The last id.</param>
internal readonly record struct PageCursor(long Number, long Version, string Id)
{
    private const int FingerprintBytes = 8;
    private const int NumberBytes = 2 * sizeof(long);
    private const int ChecksumBytes = 4;
    private const int HeadBytes = FingerprintBytes + NumberBytes;
    private const int TokenLengthMax = 256;

    /// <summary>What must be the same on every page of a list.</summary>
    public static ulong Fingerprint(params ReadOnlySpan<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var part in parts)
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        return BinaryPrimitives.ReadUInt64LittleEndian(hash.GetHashAndReset());
    }

    public string ToToken(ulong fingerprint)
    {
        var size = HeadBytes + Encoding.UTF8.GetByteCount(Id) + ChecksumBytes;
        var bytes = new byte[size].AsSpan();
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, fingerprint);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[FingerprintBytes..], Number);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[(FingerprintBytes + sizeof(long))..], Version);
        Encoding.UTF8.GetBytes(Id, bytes[HeadBytes..]);
        Checksum(bytes[..^ChecksumBytes]).CopyTo(bytes[^ChecksumBytes..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads a token; null for an empty one: the first page.</summary>
    /// <exception cref="RejectedException">It is not a token of this list.</exception>
    public static PageCursor? Parse(string token, ulong fingerprint)
    {
        if (token.Length == 0) return null;
        if (token.Length <= TokenLengthMax && Base64Url.IsValid(token, out var size) && size >= HeadBytes + ChecksumBytes)
        {
            var bytes = Base64Url.DecodeFromChars(token).AsSpan();
            if (bytes[^ChecksumBytes..].SequenceEqual(Checksum(bytes[..^ChecksumBytes]))
                && BinaryPrimitives.ReadUInt64LittleEndian(bytes) == fingerprint)
            {
                return new PageCursor(
                    BinaryPrimitives.ReadInt64LittleEndian(bytes[FingerprintBytes..]),
                    BinaryPrimitives.ReadInt64LittleEndian(bytes[(FingerprintBytes + sizeof(long))..]),
                    Encoding.UTF8.GetString(bytes[HeadBytes..^ChecksumBytes]));
            }
        }

        throw Refuse.Token(Reasons.InvalidPageToken, "page_token", "is not a next_page_token of this list with the same filter");
    }

    private static byte[] Checksum(ReadOnlySpan<byte> bytes) => SHA256.HashData(bytes)[..ChecksumBytes];
}
