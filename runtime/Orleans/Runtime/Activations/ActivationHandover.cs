using Orleans.Runtime.Cluster;

namespace Orleans.Runtime.Activations;

/// <summary>
/// Lets go of grains that belong to another silo in a new view. Their activations finish what runs and end; what waits in
/// their mailboxes is sent on. Callers notice nothing but the time.
/// </summary>
internal sealed class ActivationHandover : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private readonly ActivationDirectory _directory;
    private readonly ClusterTopology _topology;

    public ActivationHandover(ActivationDirectory directory, ClusterTopology topology)
    {
        _directory = directory;
        _topology = topology;
        topology.Changed += OnChanged;
    }

    public void Participate(ISiloLifecycle lifecycle)
    {
        // It works as soon as it exists.
    }

    public void Dispose() => _topology.Changed -= OnChanged;

    private void OnChanged(Topology old, Topology current)
    {
        // While nobody is active grains stay where they are.
        if (current.Ring.Silos.Count == 0)
            return;
        var reason = new DeactivationReason(DeactivationReasonCode.Migrating, "The grain belongs to another silo now.");
        foreach (var activation in _directory)
        {
            if (ClusterTopology.OwnerOf(activation.GrainId, current) is { } owner && !owner.Equals(_topology.Self))
                activation.Deactivate(reason);
        }
    }
}
