using System.Diagnostics.CodeAnalysis;
using System.Text;
using Engine.Api.Validation;

namespace Engine.Api.Authentication;

/// <summary>
/// A key as presented: whose it claims to be, and the hash of the whole text. The text itself is not kept.
/// </summary>
internal readonly record struct ApiKey(string Workspace, string Id, KeyHash Hash)
{
    private const string Scheme = "Bearer ";
    private const string Prefix = "ek_";
    private const int TextLengthMax = 256;

    /// <summary>Reads <c>Bearer ek_{workspace}_{key}_{secret}</c>.</summary>
    public static bool TryParse(string authorization, [NotNullWhen(true)] out ApiKey? key)
    {
        key = null;
        if (authorization.Length > Scheme.Length + TextLengthMax) return false;
        if (!authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return false;
        var text = authorization.AsSpan(Scheme.Length).Trim(' ');
        if (!text.StartsWith(Prefix, StringComparison.Ordinal) || !System.Text.Ascii.IsValid(text)) return false;

        var parts = text[Prefix.Length..];
        var first = parts.IndexOf('_');
        if (first <= 0) return false;
        var rest = parts[(first + 1)..];
        var second = rest.IndexOf('_');
        if (second <= 0 || second == rest.Length - 1) return false;

        // The claimed ids name grains, so what cannot be an id stops here.
        var workspace = parts[..first].ToString();
        var id = rest[..second].ToString();
        if (!Formats.IsWorkspaceId(workspace) || !Formats.IsId(id)) return false;

        Span<byte> bytes = stackalloc byte[TextLengthMax];
        key = new ApiKey(workspace, id, KeyHash.Of(bytes[..Encoding.ASCII.GetBytes(text, bytes)]));
        return true;
    }
}
