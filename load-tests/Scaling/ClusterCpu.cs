using Engine.LoadTests.Chaos.Cluster;
using Engine.LoadTests.Processes;

namespace Engine.LoadTests.Scaling;

/// <summary>CPU time that the processes of a cluster have used so far.</summary>
internal readonly record struct ClusterCpu(TimeSpan Silos, TimeSpan Gateways, TimeSpan Postgres)
{
    public static ClusterCpu Read(ChaosCluster cluster) => new(
        Sum(cluster.Silos), Sum(cluster.Gateways),
        ProcessTree.ReadCpu(cluster.Postgres!.ProcessId) ?? throw new EngineFailedException("PostgreSQL has ended."));

    public static ClusterCpu operator -(ClusterCpu one, ClusterCpu other) =>
        new(one.Silos - other.Silos, one.Gateways - other.Gateways, one.Postgres - other.Postgres);

    private static TimeSpan Sum(IReadOnlyList<SupervisedProcess> processes) => processes.Aggregate(
        TimeSpan.Zero,
        (sum, process) => sum + ((process.ProcessId is { } id ? ProcessCpu.Read(id) : null)
            ?? throw new EngineFailedException($"{process.Name} has ended:\n{process.Tail()}")));
}
