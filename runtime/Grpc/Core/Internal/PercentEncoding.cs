using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Grpc.Core;

/// <summary>The encoding of <c>grpc-message</c>: UTF-8, with everything but printable ASCII and <c>%</c> itself as %XX.</summary>
internal static class PercentEncoding
{
    private static readonly SearchValues<char> Unescaped = SearchValues.Create(
        " !\"#$&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    [return: NotNullIfNotNull(nameof(text))]
    public static string? Encode(string? text)
    {
        if (text is null || !text.AsSpan().ContainsAnyExcept(Unescaped))
        {
            return text;
        }

        var result = new StringBuilder(text.Length + 16);
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            if (b < 0x80 && Unescaped.Contains((char)b))
            {
                result.Append((char)b);
            }
            else
            {
                result.Append('%').Append(b.ToString("X2", CultureInfo.InvariantCulture));
            }
        }

        return result.ToString();
    }

    /// <summary>Never fails: what is no escape stays as it is, what is no UTF-8 becomes U+FFFD.</summary>
    public static string Decode(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }

        var bytes = new ArrayBufferWriter<byte>(text.Length);
        var rest = text.AsSpan();
        while (rest.Length > 0)
        {
            if (rest[0] == '%'
                && rest.Length >= 3
                && byte.TryParse(rest.Slice(1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var b))
            {
                bytes.Write([b]);
                rest = rest[3..];
                continue;
            }

            var plain = rest[1..].IndexOf('%');
            var length = plain < 0 ? rest.Length : plain + 1;
            Encoding.UTF8.GetBytes(rest[..length], bytes);
            rest = rest[length..];
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
