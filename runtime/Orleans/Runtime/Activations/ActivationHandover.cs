using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime.Cluster;
using Orleans.Runtime.Management;

namespace Orleans.Runtime.Activations;

/// <summary>
/// Moves grains when the ring changes. Two silos never learn of a view at the same moment, so if each just followed its own, a
/// grain would for a while be active on both: its old silo finishes a turn while the new one has begun another, and one of
/// them loses its write. So who lets go and who takes over talk to each other. The old silo ends activations that belong
/// elsewhere: what runs finishes, what waits is sent on. The new silo, before it activates a grain that was another's a moment
/// ago, asks that one to release it and waits for the end; who was asked makes no new activation before he has learned why. A
/// silo that is gone is not asked, since it has lost its lease, and one that does not answer is not waited for for long: then
/// there may be two for a moment, and storage decides.
/// </summary>
internal sealed class ActivationHandover : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ClaimMax = TimeSpan.FromSeconds(5);
    private readonly ActivationDirectory _directory;
    private readonly ClusterTopology _topology;
    private readonly Lazy<IGrainFactory> _factory;
    private readonly ConcurrentDictionary<GrainId, long> _released = new();
    private volatile Past[] _past = [];

    public ActivationHandover(IServiceProvider services, ActivationDirectory directory, ClusterTopology topology)
    {
        _directory = directory;
        _topology = topology;
        _factory = new Lazy<IGrainFactory>(services.GetRequiredService<IGrainFactory>);
        topology.Changed += OnChanged;
    }

    public void Participate(ISiloLifecycle lifecycle)
    {
        // It works as soon as it exists.
    }

    public void Dispose() => _topology.Changed -= OnChanged;

    /// <summary>Silos that may still have a grain which is now this silo's; null when there are none.</summary>
    public List<SiloAddress>? PredecessorsOf(GrainId grainId)
    {
        var past = _past;
        if (past.Length == 0)
            return null;
        List<SiloAddress>? found = null;
        var current = _topology.Current;
        foreach (var (topology, sinceMs) in past)
        {
            if (Environment.TickCount64 - sinceMs < Window.TotalMilliseconds
                && ClusterTopology.OwnerOf(grainId, topology) is { } owner && !owner.Equals(_topology.Self)
                && found?.Contains(owner) != true && current.Find(owner) is not null)
            {
                (found ??= []).Add(owner);
            }
        }

        return found;
    }

    /// <summary>Waits until the silos that had a grain have let go of it, though not for long.</summary>
    public async Task Claim(GrainId grainId, List<SiloAddress> predecessors)
    {
        var version = _topology.Version;
        try
        {
            await Task.WhenAll(predecessors.Select(silo => SiloGrain.Of(_factory.Value, silo).Release(grainId, version)))
                .WaitAsync(ClaimMax);
        }
        catch (Exception error) when (error is OrleansException or TimeoutException)
        {
            // It may be gone, or busy with the grain for long. The caller does not wait for that.
        }
    }

    /// <summary>Ends the activation of a grain that another silo takes over by a view of this version.</summary>
    public async Task Release(GrainId grainId, long version)
    {
        if (version > _topology.Version)
            _released[grainId] = version;
        if (!_directory.TryGet(grainId, out var activation))
            return;
        var ended = activation.Deactivated;
        activation.Deactivate(new DeactivationReason(DeactivationReasonCode.Migrating, "The grain belongs to another silo now."));

        // It may have ended before it was asked for its end.
        if (_directory.TryGet(grainId, out var still) && ReferenceEquals(still, activation))
            await ended;
    }

    /// <summary>The view that has to be known before a grain may be activated here; 0 when it may be now.</summary>
    public long AwaitedVersion(GrainId grainId) =>
        !_released.IsEmpty && _released.TryGetValue(grainId, out var version) && version > _topology.Version ? version : 0;

    private void OnChanged(Topology old, Topology current)
    {
        var nowMs = Environment.TickCount64;
        if (old.Ring.Silos.Count > 0)
            _past = [.. _past.Where(past => nowMs - past.SinceMs < Window.TotalMilliseconds), new Past(old, nowMs)];
        foreach (var (grainId, version) in _released)
        {
            if (version <= current.Version)
                _released.TryRemove(new KeyValuePair<GrainId, long>(grainId, version));
        }

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

    private readonly record struct Past(Topology Topology, long SinceMs);
}
