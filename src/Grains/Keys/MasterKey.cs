using System.Security.Cryptography;
using System.Text;

namespace Engine.Grains.Keys;

/// <summary>The key above all others: 32 bytes from a file readable by its owner, or from the environment. Never stored.</summary>
public sealed class MasterKey
{
    public const int LengthBytes = 32;

    private readonly byte[] _key;

    /// <exception cref="ArgumentException">Not exactly 32 bytes.</exception>
    public MasterKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != LengthBytes) throw new ArgumentException($"A master key has {LengthBytes} bytes.", nameof(key));
        _key = key.ToArray();
    }

    /// <summary>A key for one purpose, 32 bytes. Different purposes tell nothing of each other.</summary>
    public byte[] Derive(string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, LengthBytes, info: Encoding.UTF8.GetBytes(purpose));
}
