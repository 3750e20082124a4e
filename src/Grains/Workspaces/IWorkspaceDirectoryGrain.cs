using Engine.Internal.V1;

namespace Engine.Grains.Workspaces;

/// <summary>All workspaces; key 0.</summary>
public interface IWorkspaceDirectoryGrain : IGrainWithIntegerKey
{
    /// <summary>Adds an id; once.</summary>
    Task<EmptyReply> AddAsync(string workspace);

    Task<WorkspaceIdsReply> ListAsync([Immutable] PageRequest page);
}
