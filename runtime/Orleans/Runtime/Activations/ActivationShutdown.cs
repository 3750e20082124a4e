using Orleans.Runtime.Cluster;
using Orleans.Runtime.Messaging;

namespace Orleans.Runtime.Activations;

/// <summary>Ends all activations when the silo stops: after the gateway, before what their last writes need.</summary>
internal sealed class ActivationShutdown(
    ActivationDirectory directory, CallRouter router, ActivationShared shared, ClusterTopology topology)
    : ILifecycleParticipant<ISiloLifecycle>
{
    private static readonly TimeSpan LeaveMax = TimeSpan.FromSeconds(2);

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
        await UntilLeft(token);
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

    }

    /// <summary>Others take over what calls for the grains of this silo come from now on, unless there are none.</summary>
    private async Task UntilLeft(CancellationToken token)
    {
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        topology.Changed += OnChanged;
        try
        {
            if (IsActive(topology.Current) && topology.Current.Ring.Silos.Count > 1)
                await left.Task.WaitAsync(LeaveMax, token);
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            // The others will find out later; their calls are refused until then.
        }
        finally
        {
            topology.Changed -= OnChanged;
        }

        void OnChanged(Topology old, Topology current)
        {
            if (!IsActive(current))
                left.TrySetResult();
        }
    }

    private bool IsActive(Topology current) => current.Ring.Silos.Contains(topology.Self);
}
