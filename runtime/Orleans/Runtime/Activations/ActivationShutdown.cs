using Orleans.Runtime.Messaging;

namespace Orleans.Runtime.Activations;

/// <summary>Ends all activations when the silo stops: after the gateway, before what their last writes need.</summary>
internal sealed class ActivationShutdown(ActivationDirectory directory, CallRouter router, ActivationShared shared)
    : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(ActivationShutdown), ServiceLifecycleStage.GrainDeactivation, static _ => Task.CompletedTask, EndAll);

    /// <summary>Ends all activations as a killed process would.</summary>
    public async Task KillAll()
    {
        router.StopActivating();
        var activations = directory.ToList();
        foreach (var activation in activations)
            activation.Kill(new SiloUnavailableException("The silo was killed."));
        await Task.WhenAll(activations.Select(static activation => activation.Deactivated)).WaitAsync(TimeSpan.FromSeconds(10));
        router.FailPending();
    }

    private async Task EndAll(CancellationToken token)
    {
        router.StopActivating();
        var reason = new DeactivationReason(DeactivationReasonCode.ShuttingDown, "The silo is stopping.");

        // A call that was on its way may have made another activation meanwhile.
        while (directory.Count > 0 && !token.IsCancellationRequested)
        {
            var activations = directory.ToList();
            var ends = activations.Select(static activation => activation.Deactivated).ToList();
            foreach (var activation in activations)
                activation.Deactivate(reason, token);
            try
            {
                await Task.WhenAll(ends).WaitAsync(shared.DeactivationTimeout, token);
            }
            catch (Exception error) when (error is TimeoutException or OperationCanceledException)
            {
                shared.Log.EndedEarly(directory.Count);
                break;
            }
        }

        router.FailPending();
    }
}
