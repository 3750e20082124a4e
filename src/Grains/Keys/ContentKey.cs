using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;

namespace Engine.Grains.Keys;

/// <summary>
/// One person's data key, ready to seal and open (AES-256-GCM). Not thread-safe: every activation has its own.
/// </summary>
/// <remarks>
/// A sealed text is: format (1 byte, 1), nonce (12, random), cipher text, tag (16). The purpose is authenticated along, so a
/// sealed text opens only as what it was sealed as.
/// </remarks>
public sealed class ContentKey : IDisposable
{
    private const byte Format = 1;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int Overhead = 1 + NonceBytes + TagBytes;

    private readonly AesGcm _aes;

    internal ContentKey(ReadOnlySpan<byte> key) => _aes = new AesGcm(key, TagBytes);

    /// <summary>Seals a message.</summary>
    public ByteString Seal(IMessage message, string purpose)
    {
        ArgumentNullException.ThrowIfNull(message);
        return Seal(message.ToByteArray(), purpose);
    }

    /// <summary>Seals bytes.</summary>
    public ByteString Seal(ReadOnlySpan<byte> plain, string purpose)
    {
        var sealedText = new byte[plain.Length + Overhead];
        sealedText[0] = Format;
        var nonce = sealedText.AsSpan(1, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        _aes.Encrypt(
            nonce,
            plain,
            sealedText.AsSpan(1 + NonceBytes, plain.Length),
            sealedText.AsSpan(1 + NonceBytes + plain.Length),
            Encoding.UTF8.GetBytes(purpose));
        return UnsafeByteOperations.UnsafeWrap(sealedText);
    }

    /// <summary>Opens what <see cref="Seal(IMessage, string)"/> sealed.</summary>
    /// <exception cref="CryptographicException">Sealed with another key, for another purpose, or damaged.</exception>
    public byte[] Open(ReadOnlySpan<byte> sealedText, string purpose)
    {
        if (sealedText.Length < Overhead || sealedText[0] != Format) throw new CryptographicException("Not a sealed text.");
        var plain = new byte[sealedText.Length - Overhead];
        _aes.Decrypt(
            sealedText.Slice(1, NonceBytes),
            sealedText.Slice(1 + NonceBytes, plain.Length),
            sealedText[^TagBytes..],
            plain,
            Encoding.UTF8.GetBytes(purpose));
        return plain;
    }

    /// <summary>Opens a sealed message.</summary>
    /// <exception cref="CryptographicException">Sealed with another key, for another purpose, or damaged.</exception>
    public T Open<T>(ByteString sealedText, MessageParser<T> parser, string purpose)
        where T : IMessage<T>
    {
        ArgumentNullException.ThrowIfNull(sealedText);
        ArgumentNullException.ThrowIfNull(parser);
        return parser.ParseFrom(Open(sealedText.Span, purpose));
    }

    public void Dispose() => _aes.Dispose();
}
