using System.Security.Cryptography;
using System.Text;

namespace Engine.Grains.Ids;

/// <summary>
/// What ids look like: 1 to 63 bytes of lower-case letters, digits and '-', beginning with a letter or digit. Ids are
/// stored readable, so their alphabet leaves no room for an address.
/// </summary>
public static class IdText
{
    public const int LengthMax = 63;

    private const string Base32 = "abcdefghijklmnopqrstuvwxyz234567";

    public static bool IsValid(string? id)
    {
        if (string.IsNullOrEmpty(id) || id.Length > LengthMax || id[0] == '-') return false;
        foreach (var c in id)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-') return false;
        }

        return true;
    }

    /// <summary>
    /// The id of something new, derived from who asks and the request's id: a creation that is repeated after a crash
    /// finds what it made before.
    /// </summary>
    public static string Derive(string workspace, string kind, string requestId)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{workspace}\n{kind}\n{requestId}"));
        return Encode(hash.AsSpan(0, 16));
    }

    /// <summary>26 characters of base 32 for 16 bytes.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder((bytes.Length * 8 + 4) / 5);
        var buffer = 0;
        var bits = 0;
        foreach (var b in bytes)
        {
            buffer = (buffer << 8) | b;
            for (bits += 8; bits >= 5; bits -= 5) text.Append(Base32[(buffer >> (bits - 5)) & 31]);
            buffer &= (1 << bits) - 1;
        }

        if (bits > 0) text.Append(Base32[(buffer << (5 - bits)) & 31]);
        return text.ToString();
    }

    internal static bool TryParse(string prefix, string? name, out string id)
    {
        var ok = name is not null && name.StartsWith(prefix, StringComparison.Ordinal) && IsValid(name[prefix.Length..]);
        id = ok ? name![prefix.Length..] : "";
        return ok;
    }
}
