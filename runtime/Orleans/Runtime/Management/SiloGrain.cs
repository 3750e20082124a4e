using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime.Activations;
using Orleans.Runtime.Cluster;
using Orleans.Runtime.Connections;
using Orleans.Runtime.Reminders;

namespace Orleans.Runtime.Management;

/// <summary>Answers the other silos. It exists once for each silo and never moves.</summary>
[Concurrency.Reentrant]
[GrainType(ClusterTopology.SiloGrainType)]
internal sealed class SiloGrain(
    ActivationDirectory directory, ActivationCollector collector, ActivationHandover handover, ILocalSiloDetails silo,
    Gateway gateway, IServiceProvider services)
    : Grain, ISiloGrain
{
    public static ISiloGrain Of(IGrainFactory factory, SiloAddress silo) =>
        factory.GetGrain<ISiloGrain>(GrainId.Create(ClusterTopology.SiloGrainType, silo.ToParsableString()));

    public Task<bool> HasClient(string clientId) => Task.FromResult(gateway.Has(clientId));

    public Task<SimpleGrainStatistic[]> GetSimpleStatistics() => Task.FromResult<SimpleGrainStatistic[]>(
    [
        .. directory.Where(static activation => activation.GrainInstance is not SiloGrain)
            .GroupBy(static activation => activation.Type.Name).Select(group => new SimpleGrainStatistic
            {
                GrainType = group.Key,
                SiloAddress = silo.SiloAddress,
                ActivationCount = group.Count(),
            }),
    ]);

    public Task<DetailedGrainStatistic[]> GetDetailedStatistics(string[]? types) => Task.FromResult<DetailedGrainStatistic[]>(
    [
        .. directory.Where(activation => activation.GrainInstance is not SiloGrain && types?.Contains(activation.Type.Name) != false)
            .Select(activation => new DetailedGrainStatistic
            {
                GrainType = activation.Type.Name,
                SiloAddress = silo.SiloAddress,
                GrainId = activation.GrainId,
            }),
    ]);

    public Task<int> GetActivationCount() => Task.FromResult(directory.Count(static activation => activation.GrainInstance is not SiloGrain));

    public Task Collect(TimeSpan ageLimit)
    {
        collector.Collect(ageLimit);
        return Task.CompletedTask;
    }

    public Task CollectGarbage()
    {
        GC.Collect();
        return Task.CompletedTask;
    }

    public Task<bool> HasActivation(GrainId grainId) => Task.FromResult(directory.TryGet(grainId, out _));

    public Task<List<GrainId>> GetActiveGrains(GrainType type) => Task.FromResult<List<GrainId>>(
        [.. directory.Where(activation => activation.GrainId.Type == type).Select(static activation => activation.GrainId)]);

    public Task Release(GrainId grainId, long version) => handover.Release(grainId, version);

    public Task RefreshReminders(GrainId grainId) =>
        services.GetService<LocalReminderService>()?.RefreshGrain(grainId) ?? Task.CompletedTask;
}
