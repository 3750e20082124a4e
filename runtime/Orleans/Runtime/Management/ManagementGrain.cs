using Orleans.Runtime.Activations;
using Orleans.Runtime.Hosting;

namespace Orleans.Runtime.Management;

/// <summary>Answers for the one silo there is.</summary>
[Concurrency.Reentrant]
[GrainType("sys.management")]
internal sealed class ManagementGrain(
    ActivationDirectory directory, ActivationCollector collector, ILocalSiloDetails silo, SiloState state) : Grain, IManagementGrain
{
    public Task<Dictionary<SiloAddress, SiloStatus>> GetHosts(bool onlyActive = false)
    {
        var hosts = new Dictionary<SiloAddress, SiloStatus>();
        if (!onlyActive || state.Status == SiloStatus.Active)
            hosts.Add(silo.SiloAddress, state.Status);
        return Task.FromResult(hosts);
    }

    public Task<SimpleGrainStatistic[]> GetSimpleGrainStatistics() => GetSimpleGrainStatistics([silo.SiloAddress]);

    public Task<SimpleGrainStatistic[]> GetSimpleGrainStatistics(SiloAddress[] hostsIds) => Task.FromResult<SimpleGrainStatistic[]>(
        hostsIds.Contains(silo.SiloAddress)
            ? [.. directory.GroupBy(static activation => activation.Type.Name).Select(group => new SimpleGrainStatistic
            {
                GrainType = group.Key,
                SiloAddress = silo.SiloAddress,
                ActivationCount = group.Count(),
            })]
            : []);

    public Task<DetailedGrainStatistic[]> GetDetailedGrainStatistics(string[]? types = null, SiloAddress[]? hostsIds = null) =>
        Task.FromResult<DetailedGrainStatistic[]>(hostsIds is not null && !hostsIds.Contains(silo.SiloAddress)
            ? []
            : [.. directory.Where(activation => types is null || types.Contains(activation.Type.Name))
                .Select(activation => new DetailedGrainStatistic
                {
                    GrainType = activation.Type.Name,
                    SiloAddress = silo.SiloAddress,
                    GrainId = activation.GrainId,
                })]);

    public Task<int> GetTotalActivationCount() => Task.FromResult(directory.Count);

    public Task ForceActivationCollection(TimeSpan ageLimit)
    {
        collector.Collect(ageLimit);
        return Task.CompletedTask;
    }

    public Task ForceActivationCollection(SiloAddress[] hostsIds, TimeSpan ageLimit) =>
        hostsIds.Contains(silo.SiloAddress) ? ForceActivationCollection(ageLimit) : Task.CompletedTask;

    public Task ForceGarbageCollection(SiloAddress[] hostsIds)
    {
        if (hostsIds.Contains(silo.SiloAddress))
            GC.Collect();
        return Task.CompletedTask;
    }

    public ValueTask<SiloAddress?> GetActivationAddress(IAddressable reference) =>
        new(directory.TryGet(reference.GetGrainId(), out _) ? silo.SiloAddress : null);

    public ValueTask<List<GrainId>> GetActiveGrains(GrainType type) =>
        new([.. directory.Where(activation => activation.GrainId.Type == type).Select(static activation => activation.GrainId)]);
}
