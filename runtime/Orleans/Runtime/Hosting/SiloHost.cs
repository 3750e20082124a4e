using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime.Activations;
using Orleans.Runtime.Membership;
using Orleans.Runtime.Messaging;

namespace Orleans.Runtime.Hosting;

/// <summary>Starts and stops the silo with its host.</summary>
internal sealed partial class SiloHost(
    IServiceProvider services, ISiloLifecycleSubject lifecycle, SiloState state, ILocalSiloDetails details,
    IClusterMembership membership, ILogger<SiloHost> logger)
    : IHostedService
{
    private bool _isStopped;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var validator in services.GetServices<IConfigurationValidator>())
            validator.ValidateConfiguration();
        foreach (var participant in services.GetServices<ILifecycleParticipant<ISiloLifecycle>>())
            participant.Participate(lifecycle);
        lifecycle.Subscribe(
            nameof(SiloHost), ServiceLifecycleStage.BecomeActive,
            _ => Become(SiloStatus.Active), _ => Become(SiloStatus.ShuttingDown));
        state.Status = SiloStatus.Joining;
        membership.Evicted += OnEvicted;
        try
        {
            await lifecycle.OnStart(cancellationToken);
        }
        catch
        {
            await lifecycle.OnStop(CancellationToken.None);
            state.Status = SiloStatus.Dead;
            throw;
        }

        Started(logger, details.Name, details.SiloAddress, details.GatewayAddress);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_isStopped || state.Status == SiloStatus.Dead)
            return;
        _isStopped = true;
        await lifecycle.OnStop(cancellationToken);
        state.Status = SiloStatus.Dead;
        Stopped(logger, details.Name);
    }

    /// <summary>Stops without telling grains or clients, as if the process had died.</summary>
    public async Task Kill()
    {
        if (_isStopped)
            return;
        _isStopped = true;
        state.Status = SiloStatus.Dead;
        services.GetRequiredService<Connections.Gateway>().Abort();
        services.GetRequiredService<Connections.SiloListener>().Abort();
        await services.GetRequiredService<ActivationShutdown>().KillAll();
        using var none = new CancellationTokenSource();
        await none.CancelAsync();
        await lifecycle.OnStop(none.Token);
        services.GetRequiredService<CallRouter>().FailPending();
    }

    /// <summary>Others run this silo's grains by now: nothing may be answered or sent in its name any more.</summary>
    private void OnEvicted() => _ = EndEvicted();

    private async Task EndEvicted()
    {
        try
        {
            await Kill();
        }
        catch (Exception error)
        {
            EndFailed(logger, details.Name, error);
        }
    }

    private Task Become(SiloStatus status)
    {
        state.Status = status;
        return Task.CompletedTask;
    }

    [LoggerMessage(201, LogLevel.Information, "Silo {Name} is active at {Address}, gateway at {Gateway}")]
    private static partial void Started(ILogger logger, string name, SiloAddress address, SiloAddress gateway);

    [LoggerMessage(203, LogLevel.Error, "Silo {Name} was evicted and could not end everything")]
    private static partial void EndFailed(ILogger logger, string name, Exception error);

    [LoggerMessage(202, LogLevel.Information, "Silo {Name} has stopped")]
    private static partial void Stopped(ILogger logger, string name);
}
