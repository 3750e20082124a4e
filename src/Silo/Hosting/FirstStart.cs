using System.Diagnostics;
using Engine.Grains.Workspaces;
using Engine.Silo.Configuration;
using Engine.V1;
using Microsoft.Extensions.Hosting;

namespace Engine.Silo.Hosting;

/// <summary>
/// Sees to it that there is a first workspace and that its administrator can get at its key, before the API takes a call.
/// </summary>
/// <remarks>
/// The process may die between the creation and the writing of the key, which is shown only once. So an empty key file is
/// laid down first: found again at a later start it says that the key was never written, and the creation, repeated with
/// the same request id, answers with the same key. A file that is not there was taken away by its owner, and stays away.
/// </remarks>
internal sealed class FirstStart(IGrainFactory grains, EngineOptions options) : IHostedService
{
    public const string AdminKeyFileName = "admin.key";
    public const string WorkspaceId = "default";
    private const string RequestId = "first-start";

    public string AdminKeyFile { get; } = Path.GetFullPath(Path.Combine(options.DataDirectory, AdminKeyFileName));

    /// <summary>What became of the key file at this start.</summary>
    public AdminKeyOutcome Outcome { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var workspace = grains.GetGrain<IWorkspaceGrain>(WorkspaceId);
        var isNew = (await workspace.GetAsync()).OutcomeCase != Internal.V1.WorkspaceReply.OutcomeOneofCase.Result;
        var isUnfinished = File.Exists(AdminKeyFile) && new FileInfo(AdminKeyFile).Length == 0;
        if (!isNew && !isUnfinished && !options.WriteAdminKey)
        {
            Outcome = File.Exists(AdminKeyFile) ? AdminKeyOutcome.Kept : AdminKeyOutcome.Absent;
            return;
        }

        if (isNew)
            PrivateFile.Write(AdminKeyFile, "", replace: true);
        var reply = await workspace.CreateAsync(
            new CreateWorkspaceRequest
            {
                RequestId = RequestId,
                WorkspaceId = WorkspaceId,
                Workspace = new Workspace { DisplayName = "Default" },
            },
            first: true);
        var secret = reply.OutcomeCase switch
        {
            Internal.V1.CreateWorkspaceReply.OutcomeOneofCase.Result => reply.Result.Secret,
            Internal.V1.CreateWorkspaceReply.OutcomeOneofCase.Rejection =>
                throw new StartException($"The first workspace's key cannot be written: {reply.Rejection.Text}"),
            _ => throw new UnreachableException(),
        };
        await grains.GetGrain<IWorkspaceDirectoryGrain>(0).AddAsync(WorkspaceId);
        PrivateFile.Write(AdminKeyFile, secret + "\n", replace: true);
        Outcome = AdminKeyOutcome.Written;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
