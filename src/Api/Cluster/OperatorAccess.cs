using System.Security.Cryptography;
using System.Text;
using Engine.Api.Errors;

namespace Engine.Api.Cluster;

/// <summary>
/// Who may call ClusterService: whoever has the operator's key. The cluster is not asked, so that it can be looked at, and a
/// process told to leave, when nothing else works.
/// </summary>
/// <param name="key">The operator's key. Its hash is kept, not its text.</param>
public sealed class OperatorAccess(string key)
{
    private const string Scheme = "Bearer ";
    private const string WorkspaceKeyPrefix = "ek_";
    private const int TextLengthMax = 256;

    private readonly byte[] _hash = SHA256.HashData(Encoding.UTF8.GetBytes(key));

    /// <exception cref="RejectedException">It is missing, or another one.</exception>
    internal void Require(string? authorization)
    {
        if (string.IsNullOrEmpty(authorization))
        {
            throw Refuse.Unauthenticated(Reasons.KeyMissing, "The call needs the metadata 'authorization: Bearer KEY' with the operator's key.");
        }

        var text = authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? authorization[Scheme.Length..].Trim(' ') : "";
        if (text.Length is 0 or > TextLengthMax) throw Invalid();
        if (CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(text)), _hash)) return;
        throw text.StartsWith(WorkspaceKeyPrefix, StringComparison.Ordinal)
            ? Refuse.Forbidden(Reasons.OperatorKeyRequired, "A workspace's key does not open this; it takes the operator's key.")
            : Invalid();
    }

    private static RejectedException Invalid() => Refuse.Unauthenticated(Reasons.KeyInvalid, "The key is not valid.");
}
