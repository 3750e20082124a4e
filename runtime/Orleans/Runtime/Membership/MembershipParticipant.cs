using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Orleans.Runtime.Membership;

/// <summary>
/// Ties the membership to the stages of a silo. It joins once the runtime's own services run, is active for others when the
/// silo is, leaves the ring before grains are deactivated, and the cluster when they are gone.
/// </summary>
internal sealed partial class MembershipParticipant(
    ClusterMembership membership, ILocalSiloDetails silo, ILogger<MembershipParticipant> logger, IHostApplicationLifetime? lifetime = null)
    : ILifecycleParticipant<ISiloLifecycle>
{
    private ClusterMember? _announced;

    public void Participate(ISiloLifecycle lifecycle)
    {
        membership.Evicted += OnEvicted;
        lifecycle.Subscribe(nameof(ClusterMembership), ServiceLifecycleStage.AfterRuntimeGrainServices, Join, Leave);
        lifecycle.Subscribe(nameof(ClusterMembership), ServiceLifecycleStage.BecomeActive, token => Announce(SiloStatus.Active, token), BeginLeaving);
        lifecycle.Subscribe(nameof(ClusterMembership), ServiceLifecycleStage.Active + 1, AnnounceGateway);
    }

    private async Task Join(CancellationToken token)
    {
        _announced = Describe(SiloStatus.Joining);
        await membership.JoinAsync(_announced, token);
    }

    private async Task Announce(SiloStatus status, CancellationToken token)
    {
        _announced = Describe(status);
        await membership.UpdateAsync(_announced, token);
    }

    /// <summary>A gateway that listens at a free port has its port only now.</summary>
    private Task AnnounceGateway(CancellationToken token) =>
        Describe(SiloStatus.Active) == _announced ? Task.CompletedTask : Announce(SiloStatus.Active, token);

    private async Task BeginLeaving(CancellationToken token)
    {
        // A stop with a token that is cancelled already is a kill: others have to find out.
        if (token.IsCancellationRequested)
        {
            membership.Abandon();
            return;
        }

        if (membership.IsEvicted)
            return;
        try
        {
            await Announce(SiloStatus.ShuttingDown, token);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            NotAnnounced(logger, StoreAway.Describe(error));
        }
    }

    private async Task Leave(CancellationToken token)
    {
        try
        {
            if (!token.IsCancellationRequested)
                await membership.LeaveAsync(token);
        }
        catch (Exception error)
        {
            NotLeft(logger, StoreAway.Describe(error));
        }
        finally
        {
            membership.Abandon();
        }
    }

    private ClusterMember Describe(SiloStatus status) => new(
        silo.SiloAddress,
        silo.GatewayAddress.Endpoint.Port == 0 ? null : silo.GatewayAddress,
        silo.Name,
        status);

    private void OnEvicted()
    {
        // The identity is over; a new process gets a new one. Its supervisor must see that this was no orderly end.
        if (lifetime is null)
            return;
        Environment.ExitCode = EvictedExitCode;
        lifetime.StopApplication();
    }

    /// <summary>What the process ends with when the silo was evicted, unless its main function says otherwise.</summary>
    internal const int EvictedExitCode = 70;

    [LoggerMessage(620, LogLevel.Warning, "The cluster could not be told that this silo leaves: {Reason}")]
    private static partial void NotAnnounced(ILogger logger, string reason);

    [LoggerMessage(621, LogLevel.Warning, "This silo could not leave the cluster; others will evict it when its lease ends: {Reason}")]
    private static partial void NotLeft(ILogger logger, string reason);
}
