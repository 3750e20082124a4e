using System.Security.Cryptography;
using System.Text;
using Engine.Grains.Ids;
using Engine.Grains.Keys;
using Engine.V1;

namespace Engine.Grains.Identities;

/// <summary>
/// Addresses as keyed hashes. An address must be found again without being stored, also after its customer was erased; a
/// plain hash of something as guessable as a telephone number would be no secret.
/// </summary>
internal sealed class IdentityKeys(KeyVault vault) : IIdentityKeys
{
    public async ValueTask<string> IdOfAsync(string workspace, Identity identity, CancellationToken cancellationToken = default)
    {
        var key = await vault.IdentityKeyAsync(workspace, cancellationToken);
        var hash = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{identity.Channel}\n{identity.Address}"));
        return $"{identity.Channel}:{IdText.Encode(hash.AsSpan(0, 20))}";
    }
}
