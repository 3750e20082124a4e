using System.Buffers;

namespace Grpc.Core;

/// <summary>
/// Values of <c>-bin</c> headers: base64, sent without padding, received with or without, several values joined by
/// commas as HTTP allows for repeated headers.
/// </summary>
internal static class BinaryHeader
{
    public static string Encode(byte[] value)
    {
        var padded = Convert.ToBase64String(value);
        return padded.TrimEnd('=');
    }

    /// <returns>False when a part is no base64.</returns>
    public static bool TryAddTo(Metadata metadata, string key, string header)
    {
        var rest = header.AsSpan();
        while (true)
        {
            var comma = rest.IndexOf(',');
            var part = (comma < 0 ? rest : rest[..comma]).Trim();
            if (!TryDecode(part, out var bytes))
            {
                return false;
            }

            metadata.AddReceived(key, bytes);
            if (comma < 0)
            {
                return true;
            }

            rest = rest[(comma + 1)..];
        }
    }

    private static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        text = text.TrimEnd('=');
        var paddedLength = (text.Length + 3) & ~3;
        var padded = ArrayPool<char>.Shared.Rent(paddedLength);
        try
        {
            text.CopyTo(padded);
            padded.AsSpan(text.Length, paddedLength - text.Length).Fill('=');
            bytes = new byte[paddedLength / 4 * 3 - (paddedLength - text.Length)];
            return text.Length % 4 != 1
                && Convert.TryFromBase64Chars(padded.AsSpan(0, paddedLength), bytes, out var written)
                && written == bytes.Length;
        }
        catch (OverflowException)
        {
            bytes = [];
            return false;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(padded);
        }
    }
}
