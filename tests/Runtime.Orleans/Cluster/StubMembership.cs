using System.Collections.Concurrent;
using Orleans.Runtime;
using Orleans.Runtime.Membership;

namespace Engine.Runtime.Orleans.Tests.Cluster;

/// <summary>A membership that is as a test says.</summary>
internal sealed class StubMembership : IClusterMembership
{
    private volatile bool _mayDispatch = true;

    public event Action<ClusterView>? ViewChanged;

    public event Action? Evicted;

    public event Action<SiloAddress>? Late;

    public ClusterView View { get; private set; } = ClusterView.Empty;

    public bool MayDispatch
    {
        get => _mayDispatch;
        set => _mayDispatch = value;
    }

    public int Hints { get; private set; }

    public ConcurrentQueue<SiloAddress> Refusals { get; } = new();

    public void Hint() => Hints++;

    public void Refused(SiloAddress silo) => Refusals.Enqueue(silo);

    public void ShowLate(SiloAddress silo) => Late?.Invoke(silo);

    public void Show(long version, params ClusterMember[] members)
    {
        View = new ClusterView(version, [.. members]);
        ViewChanged?.Invoke(View);
    }

    public void Evict() => Evicted?.Invoke();
}
