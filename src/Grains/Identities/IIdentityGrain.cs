using Engine.Internal.V1;

namespace Engine.Grains.Identities;

/// <summary>
/// One address on one channel; key <c>workspace/channel:hash</c>, the hash being keyed with the workspace's key, so that no
/// address is stored. The one place that says whose it is. Calls no other grain.
/// </summary>
public interface IIdentityGrain : IGrainWithStringKey
{
    /// <summary>Whose it is; empty: nobody's.</summary>
    Task<IdentityReply> GetAsync();

    /// <summary>Whose it is; when nobody's, it becomes the given customer's. Answers when durable.</summary>
    Task<IdentityReply> FindOrClaimAsync(string customer);

    /// <summary>Gives it up, if it is the given customer's.</summary>
    Task<IdentityReply> ReleaseAsync(string customer);
}
