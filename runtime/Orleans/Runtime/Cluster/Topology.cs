using Orleans.Runtime.Membership;

namespace Orleans.Runtime.Cluster;

/// <summary>A view and the ring that follows from it.</summary>
internal sealed record Topology(ClusterView View, GrainRing Ring)
{
    public Topology(ClusterView view)
        : this(view, GrainRing.Of(view))
    {
    }

    public long Version => View.Version;

    public ClusterMember? Find(SiloAddress silo) => View.Members.FirstOrDefault(member => member.Silo.Equals(silo));
}
