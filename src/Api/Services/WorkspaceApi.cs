using Engine.Api.Authentication;
using Engine.Api.Errors;
using Engine.Api.Forwarding;
using Engine.Api.Paging;
using Engine.Api.Validation;
using Engine.Grains.Workspaces;
using Engine.Internal.V1;
using Engine.V1;
using Grpc.Core;

namespace Engine.Api.Services;

/// <summary>WorkspaceService.</summary>
internal sealed class WorkspaceApi(IGrainFactory grains, Forwarder forwarder, KeyRing keys, WorkspaceSettings settings)
    : WorkspaceService.WorkspaceServiceBase
{
    private const int ReadsAtOnce = 32;

    /// <summary>The directory last, and again with every repetition: a workspace that is not listed is found by repeating.</summary>
    public override async Task<CreateWorkspaceResponse> CreateWorkspace(CreateWorkspaceRequest request, ServerCallContext context)
    {
        WorkspaceRules.Check(request);
        if (!Principal.Of(context).IsFirstWorkspace)
            throw Refuse.Forbidden(Reasons.NotFirstWorkspace, "Only administrators of the first workspace create workspaces.");
        request.Workspace ??= new Workspace();
        var response = await forwarder.MutateAsync(
            context,
            ReplyShape.CreateWorkspace,
            grains.Workspace(request.WorkspaceId),
            request,
            static (g, r, _) => g.CreateAsync(r, first: false));
        var listed = await Directory().AddAsync(request.WorkspaceId);
        return listed.Rejection is { } rejection ? throw Refuse.Because(rejection) : response;
    }

    public override async Task<Workspace> GetWorkspace(GetWorkspaceRequest request, ServerCallContext context)
    {
        WorkspaceRules.Check(request);
        return Forwarder.ResultOf(ReplyShape.Workspace, await Own(context, request.Name).GetAsync());
    }

    public override async Task<ListWorkspacesResponse> ListWorkspaces(ListWorkspacesRequest request, ServerCallContext context)
    {
        WorkspaceRules.Check(request);
        var principal = Principal.Of(context);
        var fingerprint = PageCursor.Fingerprint("workspaces", principal.Workspace);
        var skip = (int)(PageCursor.Parse(request.PageToken, fingerprint)?.Number ?? 0);
        var response = new ListWorkspacesResponse();
        if (!principal.IsFirstWorkspace)
        {
            response.Workspaces.Add(Forwarder.ResultOf(ReplyShape.Workspace, await grains.Workspace(principal.Workspace).GetAsync()));
            return response;
        }

        var page = await Directory().ListAsync(new PageRequest { Skip = skip, Limit = Pages.SizeOf(request.PageSize) });
        foreach (var ids in page.Workspaces.Chunk(ReadsAtOnce))
        {
            foreach (var reply in await Task.WhenAll(ids.Select(id => grains.Workspace(id).GetAsync())))
                response.Workspaces.Add(Forwarder.ResultOf(ReplyShape.Workspace, reply));
        }

        response.NextPageToken = Next(skip + page.Workspaces.Count, page.Total, fingerprint);
        return response;
    }

    public override async Task<Workspace> UpdateWorkspace(UpdateWorkspaceRequest request, ServerCallContext context)
    {
        WorkspaceRules.Check(request);
        var workspace = await forwarder.MutateAsync(
            context, ReplyShape.Workspace, Own(context, request.Workspace.Name), request, static (g, r, _) => g.UpdateAsync(r));
        settings.Forget(Principal.Of(context).Workspace);
        return workspace;
    }

    public override async Task<CreateKeyResponse> CreateKey(CreateKeyRequest request, ServerCallContext context)
    {
        WorkspaceRules.Check(request);
        var workspace = Principal.Of(context).Workspace;
        if (request.Key.Role == Role.Agent)
            Forwarder.ResultOf(ReplyShape.Agent, await grains.Agent(workspace, request.Key.Agent).GetAsync());
        return await forwarder.MutateAsync(
            context, ReplyShape.CreateKey, grains.Workspace(workspace), request, static (g, r, _) => g.CreateKeyAsync(r));
    }

    public override async Task<ListKeysResponse> ListKeys(ListKeysRequest request, ServerCallContext context)
    {
        WorkspaceRules.Check(request);
        var workspace = Principal.Of(context).Workspace;
        var fingerprint = PageCursor.Fingerprint("keys", workspace);
        var skip = (int)(PageCursor.Parse(request.PageToken, fingerprint)?.Number ?? 0);
        var page = await grains.Workspace(workspace).ListKeysAsync(new PageRequest { Skip = skip, Limit = Pages.SizeOf(request.PageSize) });
        var response = new ListKeysResponse();
        response.Keys.AddRange(page.Keys);
        response.NextPageToken = Next(skip + page.Keys.Count, page.Total, fingerprint);
        return response;
    }

    public override async Task<Key> RevokeKey(RevokeKeyRequest request, ServerCallContext context)
    {
        WorkspaceRules.Check(request);
        var workspace = Principal.Of(context).Workspace;
        var key = await forwarder.MutateAsync(
            context, ReplyShape.Key, grains.Workspace(workspace), request, static (g, r, _) => g.RevokeKeyAsync(r));
        keys.Forget(workspace, request.Name["keys/".Length..]);
        return key;
    }

    /// <summary>Somebody else's workspace answers as one that does not exist.</summary>
    private IWorkspaceGrain Own(ServerCallContext context, string name)
    {
        var workspace = Principal.Of(context).Workspace;
        if (name.Length > 0 && name != $"workspaces/{workspace}")
            throw Refuse.NotFound(Reasons.WorkspaceNotFound, "There is no such workspace.");
        return grains.Workspace(workspace);
    }

    private IWorkspaceDirectoryGrain Directory() => grains.GetGrain<IWorkspaceDirectoryGrain>(0);

    private static string Next(int read, int total, ulong fingerprint) =>
        read < total ? new PageCursor(read, 0, "").ToToken(fingerprint) : "";
}
