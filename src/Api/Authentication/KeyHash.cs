using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Google.Protobuf;

namespace Engine.Api.Authentication;

/// <summary>SHA-256 of a key's text, as a value.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct KeyHash(ulong A, ulong B, ulong C, ulong D)
{
    public static KeyHash Of(ReadOnlySpan<byte> text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        return MemoryMarshal.Read<KeyHash>(hash);
    }

    public ByteString ToByteString()
    {
        var hash = this;
        return ByteString.CopyFrom(MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(in hash, 1)));
    }

    /// <summary>Tells nothing of the key.</summary>
    public override string ToString() => nameof(KeyHash);
}
