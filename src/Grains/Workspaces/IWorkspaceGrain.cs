using Engine.Internal.V1;
using Engine.V1;

namespace Engine.Grains.Workspaces;

/// <summary>One workspace; key <c>workspace</c>. Owns settings and API keys, in grain storage.</summary>
public interface IWorkspaceGrain : IGrainWithStringKey
{
    /// <summary>Creates the workspace with its first administrator's key.</summary>
    Task<CreateWorkspaceReply> CreateAsync([Immutable] CreateWorkspaceRequest request, bool first);

    Task<WorkspaceReply> GetAsync();

    Task<WorkspaceReply> UpdateAsync([Immutable] UpdateWorkspaceRequest request);

    Task<CreateKeyReply> CreateKeyAsync([Immutable] CreateKeyRequest request);

    Task<KeysReply> ListKeysAsync([Immutable] PageRequest page);

    Task<KeyReply> RevokeKeyAsync([Immutable] RevokeKeyRequest request);

    /// <summary>Who a key is. Answers may be cached for 5 seconds.</summary>
    Task<AuthenticateReply> AuthenticateAsync([Immutable] AuthenticateRequest request);
}
