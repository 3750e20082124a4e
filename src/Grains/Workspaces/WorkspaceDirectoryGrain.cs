using Engine.Internal.V1;
using Orleans.Runtime;

namespace Engine.Grains.Workspaces;

/// <summary>All workspaces, in order of id.</summary>
[GrainType("workspace-directory")]
internal sealed class WorkspaceDirectoryGrain(
    [PersistentState("workspaces", WorkspaceGrain.StorageName)] IPersistentState<WorkspaceDirectoryState> state) : Grain, IWorkspaceDirectoryGrain
{
    public async Task<EmptyReply> AddAsync(string workspace)
    {
        var ids = state.State.Workspaces;
        if (ids.Contains(workspace)) return new EmptyReply();
        var at = ids.TakeWhile(id => string.CompareOrdinal(id, workspace) < 0).Count();
        ids.Insert(at, workspace);
        try
        {
            await state.WriteStateAsync();
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }

        return new EmptyReply();
    }

    public Task<WorkspaceIdsReply> ListAsync(PageRequest page)
    {
        var reply = new WorkspaceIdsReply { Total = state.State.Workspaces.Count };
        reply.Workspaces.AddRange(state.State.Workspaces.Skip(page.Skip).Take(page.Limit));
        return Task.FromResult(reply);
    }
}
