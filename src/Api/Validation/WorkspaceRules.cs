using Engine.Api.Errors;
using Engine.V1;

namespace Engine.Api.Validation;

/// <summary>Requests of WorkspaceService.</summary>
internal static class WorkspaceRules
{
    private const int DisplayNameBytesMax = 255;

    private static readonly TimeSpan CloseAfterMin = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan CloseAfterMax = TimeSpan.FromDays(366);
    private static readonly string[] UpdatePaths = ["display_name", "close_after", "language"];

    public static void Check(CreateWorkspaceRequest request)
    {
        var check = new Checker();
        check.RequestId(request.RequestId);
        check.Text("workspace_id", request.WorkspaceId).Required().WorkspaceId();
        if (request.Workspace is { } workspace)
        {
            check.Enter("workspace");
            check.Text("display_name", workspace.DisplayName).AtMost(DisplayNameBytesMax);
            check.Span("close_after", workspace.CloseAfter, CloseAfterMin, CloseAfterMax);
            check.Text("language", workspace.Language).Language();
            check.Leave();
        }

        check.ThrowIfFaulty();
    }

    public static void Check(GetWorkspaceRequest request)
    {
        var check = new Checker();
        check.Text("name", request.Name).Workspace();
        check.ThrowIfFaulty();
    }

    public static void Check(ListWorkspacesRequest request)
    {
        var check = new Checker();
        check.PageSize(request.PageSize);
        check.ThrowIfFaulty();
    }

    /// <summary>Values that the mask does not name are ignored, right or wrong.</summary>
    public static void Check(UpdateWorkspaceRequest request)
    {
        var check = new Checker();
        var mask = request.UpdateMask;
        check.RequestId(request.RequestId);
        if (check.Given("workspace", request.Workspace))
        {
            var workspace = request.Workspace;
            check.Enter("workspace");
            check.Text("name", workspace.Name).Workspace();
            if (mask.Names("display_name")) check.Text("display_name", workspace.DisplayName).AtMost(DisplayNameBytesMax);
            if (mask.Names("close_after"))
                check.Span("close_after", workspace.CloseAfter, CloseAfterMin, CloseAfterMax);
            if (mask.Names("language")) check.Text("language", workspace.Language).Language();
            check.Leave();
        }

        check.Mask(mask, UpdatePaths);
        check.ThrowIfFaulty();
    }

    public static void Check(CreateKeyRequest request)
    {
        var check = new Checker();
        check.RequestId(request.RequestId);
        if (check.Given("key", request.Key))
        {
            var key = request.Key;
            check.Enter("key");
            check.Text("display_name", key.DisplayName).AtMost(DisplayNameBytesMax);
            check.Enum("role", (int)key.Role, (int)Role.ReadOnly, required: true);
            if (key.Role == Role.Agent) check.Text("agent", key.Agent).Required().Agent();
            else if (key.Agent.Length > 0) check.Fault("agent", FieldReasons.NotAllowed, "is for AGENT keys only");
            check.Leave();
        }

        check.ThrowIfFaulty();
    }

    public static void Check(ListKeysRequest request)
    {
        var check = new Checker();
        check.PageSize(request.PageSize);
        check.ThrowIfFaulty();
    }

    public static void Check(RevokeKeyRequest request)
    {
        var check = new Checker();
        check.RequestId(request.RequestId);
        check.Text("name", request.Name).Required().Key();
        check.ThrowIfFaulty();
    }
}
