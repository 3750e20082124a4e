using System.Diagnostics;
using Engine.Grains.Workspaces;
using Engine.Silo.Configuration;
using Engine.V1;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime;
using Orleans.Storage;

namespace Engine.Silo.Hosting;

/// <summary>
/// Sees to it that there is a first workspace and that its administrator can get at its key, before the API takes a call.
/// </summary>
/// <remarks>
/// The process may die between the creation and the writing of the key, which is shown only once. So an empty key file is
/// laid down first: found again at a later start it says that the key was never written, and the creation, repeated with
/// the same request id, answers with the same key. A file that is not there was taken away by its owner, and stays away.
/// In a cluster many may do this at once: the same request id makes them create one workspace, and one of them writes.
/// </remarks>
internal sealed class FirstStart(IGrainFactory grains, EngineOptions options, Installation installation) : IHostedService
{
    public const string AdminKeyFileName = "admin.key";
    public const string WorkspaceId = "default";
    private const string RequestId = "first-start";
    private static readonly TimeSpan RepeatFor = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan RepeatAfter = TimeSpan.FromMilliseconds(250);

    public string AdminKeyFile { get; } = Path.GetFullPath(Path.Combine(options.DataDirectory, AdminKeyFileName));

    /// <summary>What became of the key file at this start.</summary>
    public AdminKeyOutcome Outcome { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var workspace = grains.GetGrain<IWorkspaceGrain>(WorkspaceId);
        var isNew = (await RepeatAsync(workspace.GetAsync, cancellationToken)).OutcomeCase != Internal.V1.WorkspaceReply.OutcomeOneofCase.Result;
        var isUnfinished = File.Exists(AdminKeyFile) && new FileInfo(AdminKeyFile).Length == 0;
        if (!isNew && !isUnfinished && !options.WriteAdminKey)
        {
            Outcome = File.Exists(AdminKeyFile) ? AdminKeyOutcome.Kept : AdminKeyOutcome.Absent;
            return;
        }

        var isMine = !isNew || isUnfinished || await installation.ClaimFirstStartAsync(cancellationToken);
        if (isNew && isMine)
            PrivateFile.Write(AdminKeyFile, "", replace: true);
        var request = new CreateWorkspaceRequest
        {
            RequestId = RequestId,
            WorkspaceId = WorkspaceId,
            Workspace = new Workspace { DisplayName = "Default" },
        };
        var reply = await RepeatAsync(() => workspace.CreateAsync(request, first: true), cancellationToken);
        var secret = reply.OutcomeCase switch
        {
            Internal.V1.CreateWorkspaceReply.OutcomeOneofCase.Result => reply.Result.Secret,
            Internal.V1.CreateWorkspaceReply.OutcomeOneofCase.Rejection =>
                throw new StartException($"The first workspace's key cannot be written: {reply.Rejection.Text}"),
            _ => throw new UnreachableException(),
        };
        await RepeatAsync(() => grains.GetGrain<IWorkspaceDirectoryGrain>(0).AddAsync(WorkspaceId), cancellationToken);
        if (!isMine && !options.WriteAdminKey)
        {
            Outcome = AdminKeyOutcome.Elsewhere;
            return;
        }

        PrivateFile.Write(AdminKeyFile, secret + "\n", replace: true);
        Outcome = AdminKeyOutcome.Written;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // While several silos join at once, calls may meet one that is not there yet or not there any more. All of these may be
    // repeated.
    private static async Task<TReply> RepeatAsync<TReply>(Func<Task<TReply>> call, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return await call();
            }
            catch (Exception fault) when (fault is OrleansException or TimeoutException or InconsistentStateException
                && TimeProvider.System.GetElapsedTime(began) < RepeatFor)
            {
                await Task.Delay(RepeatAfter, TimeProvider.System, cancellationToken);
            }
        }
    }
}
