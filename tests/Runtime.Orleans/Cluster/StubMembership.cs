using Orleans.Runtime.Membership;

namespace Engine.Runtime.Orleans.Tests.Cluster;

/// <summary>A membership that is as a test says.</summary>
internal sealed class StubMembership : IClusterMembership
{
    private volatile bool _mayDispatch = true;

    public event Action<ClusterView>? ViewChanged;

    public event Action? Evicted;

    public ClusterView View { get; private set; } = ClusterView.Empty;

    public bool MayDispatch
    {
        get => _mayDispatch;
        set => _mayDispatch = value;
    }

    public int Hints { get; private set; }

    public void Hint() => Hints++;

    public void Show(long version, params ClusterMember[] members)
    {
        View = new ClusterView(version, [.. members]);
        ViewChanged?.Invoke(View);
    }

    public void Evict() => Evicted?.Invoke();
}
