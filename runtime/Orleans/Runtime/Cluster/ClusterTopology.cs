using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Orleans.Runtime.Membership;

namespace Orleans.Runtime.Cluster;

/// <summary>
/// The newest view with its ring, swapped as one, and the order in which the parts of the silo learn of it. Most grains
/// belong to whom the ring says; those that exist once for each silo carry their silo in their key, and those that only
/// keep things in memory stay on the oldest silo, so that a joining one does not cost their contents.
/// </summary>
internal sealed partial class ClusterTopology : IDisposable
{
    /// <summary>Grains that exist once for each silo.</summary>
    public const string SiloGrainType = "sys.silo";

    /// <summary>Grains that hold the states of memory storage.</summary>
    public const string MemoryStorageType = "sys.memorystorage";

    /// <summary>The grain that holds the rows of the reminder table in memory.</summary>
    public const string MemoryRemindersType = "sys.memoryreminders";

    public static readonly GrainType SiloGrains = GrainType.Create(SiloGrainType);
    private static readonly FrozenSet<GrainType> OnOldest =
        FrozenSet.Create(GrainType.Create(MemoryStorageType), GrainType.Create(MemoryRemindersType));

    private readonly IClusterMembership _membership;
    private readonly SiloAddress _self;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private volatile Topology _current;

    public ClusterTopology(IClusterMembership membership, ILocalSiloDetails silo, ILogger<ClusterTopology> logger)
    {
        _membership = membership;
        _self = silo.SiloAddress;
        _logger = logger;
        _current = new Topology(ClusterView.Empty);
        membership.ViewChanged += Apply;
        Apply(membership.View);
    }

    /// <summary>Raised for each newer view, in order: what was, what is. The new one is in place already.</summary>
    public event Action<Topology, Topology>? Changed;

    public Topology Current => _current;

    public long Version => _current.Version;

    public SiloAddress Self => _self;

    /// <summary>Whose a grain is in a view; null when nobody is active in it.</summary>
    public static SiloAddress? OwnerOf(GrainId grainId, Topology topology)
    {
        if (grainId.Type == SiloGrains)
            return SiloAddress.TryParse(grainId.Key.ToString(), out var named) ? named : null;
        if (OnOldest.Contains(grainId.Type))
            return topology.Ring.Silos.Count == 0 ? null : topology.Ring.Silos[0];
        return topology.Ring.OwnerOf(grainId.GetUniformHashCode());
    }

    /// <summary>Takes in what the membership knows already, without waiting to be told.</summary>
    public void CatchUp() => Apply(_membership.View);

    public void Dispose() => _membership.ViewChanged -= Apply;

    private void Apply(ClusterView view)
    {
        lock (_gate)
        {
            var old = _current;
            if (view.Version <= old.Version)
                return;
            var next = new Topology(view);
            _current = next;
            NewView(_logger, view.Version, next.Ring.Silos.Count, view.Members.Length);
            foreach (var handler in Changed?.GetInvocationList() ?? [])
            {
                try
                {
                    ((Action<Topology, Topology>)handler)(old, next);
                }
                catch (Exception error)
                {
                    HandlerFailed(_logger, view.Version, error);
                }
            }
        }
    }

    [LoggerMessage(600, LogLevel.Information, "View {Version}: {Active} active silos of {Members}")]
    private static partial void NewView(ILogger logger, long version, int active, int members);

    [LoggerMessage(601, LogLevel.Error, "View {Version} was not taken in everywhere")]
    private static partial void HandlerFailed(ILogger logger, long version, Exception error);
}
