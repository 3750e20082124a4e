using Engine.V1;

namespace Engine.Grains.Identities;

/// <summary>Turns an address into its identity's grain key.</summary>
public interface IIdentityKeys
{
    /// <summary><c>channel:hash</c> for a normalised identity; the hash is keyed with the workspace's key.</summary>
    ValueTask<string> IdOfAsync(string workspace, Identity identity, CancellationToken cancellationToken = default);
}
