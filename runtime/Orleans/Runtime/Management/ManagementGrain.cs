using Orleans.Runtime.Cluster;
using Orleans.Runtime.Hosting;

namespace Orleans.Runtime.Management;

/// <summary>Asks every silo and puts the answers together.</summary>
[Concurrency.Reentrant]
[GrainType("sys.management")]
internal sealed class ManagementGrain(ClusterTopology topology, SiloState state) : Grain, IManagementGrain
{
    public Task<Dictionary<SiloAddress, SiloStatus>> GetHosts(bool onlyActive = false)
    {
        var hosts = new Dictionary<SiloAddress, SiloStatus>();
        foreach (var member in topology.Current.View.Members)
        {
            // What this silo knows of itself is newer than what it has said.
            var status = member.Silo.Equals(topology.Self) ? state.Status : member.Status;
            if (!onlyActive || status == SiloStatus.Active)
                hosts[member.Silo] = status;
        }

        return Task.FromResult(hosts);
    }

    public Task<SimpleGrainStatistic[]> GetSimpleGrainStatistics() => GetSimpleGrainStatistics(Everyone());

    public async Task<SimpleGrainStatistic[]> GetSimpleGrainStatistics(SiloAddress[] hostsIds) =>
        [.. (await Ask(hostsIds, static silo => silo.GetSimpleStatistics())).SelectMany(static answer => answer)];

    public async Task<DetailedGrainStatistic[]> GetDetailedGrainStatistics(string[]? types = null, SiloAddress[]? hostsIds = null) =>
        [.. (await Ask(hostsIds ?? Everyone(), silo => silo.GetDetailedStatistics(types))).SelectMany(static answer => answer)];

    public async Task<int> GetTotalActivationCount() => (await Ask(Everyone(), static silo => silo.GetActivationCount())).Sum();

    public Task ForceActivationCollection(TimeSpan ageLimit) => ForceActivationCollection(Everyone(), ageLimit);

    public Task ForceActivationCollection(SiloAddress[] hostsIds, TimeSpan ageLimit) =>
        Ask(hostsIds, silo => Done(silo.Collect(ageLimit)));

    public Task ForceGarbageCollection(SiloAddress[] hostsIds) => Ask(hostsIds, static silo => Done(silo.CollectGarbage()));

    public async ValueTask<SiloAddress?> GetActivationAddress(IAddressable reference)
    {
        var grainId = reference.GetGrainId();
        var silos = Everyone();
        var answers = await Ask(silos, silo => silo.HasActivation(grainId));
        return silos.Zip(answers).Where(static pair => pair.Second).Select(static pair => pair.First).FirstOrDefault();
    }

    public async ValueTask<List<GrainId>> GetActiveGrains(GrainType type) =>
        [.. (await Ask(Everyone(), silo => silo.GetActiveGrains(type))).SelectMany(static answer => answer)];

    private static async Task<bool> Done(Task task)
    {
        await task;
        return true;
    }

    private SiloAddress[] Everyone() => [.. topology.Current.View.Members.Select(static member => member.Silo)];

    private Task<TAnswer[]> Ask<TAnswer>(SiloAddress[] silos, Func<ISiloGrain, Task<TAnswer>> ask) =>
        Task.WhenAll(silos.Select(silo => ask(SiloGrain.Of(GrainFactory, silo))));
}
