namespace Orleans.Runtime.Management;

/// <summary>What a silo tells the others of itself. Its key is the silo's address.</summary>
internal interface ISiloGrain : IGrainWithStringKey
{
    Task<bool> HasClient(string clientId);

    Task<SimpleGrainStatistic[]> GetSimpleStatistics();

    Task<DetailedGrainStatistic[]> GetDetailedStatistics(string[]? types);

    Task<int> GetActivationCount();

    Task Collect(TimeSpan ageLimit);

    Task CollectGarbage();

    Task<bool> HasActivation(GrainId grainId);

    Task<List<GrainId>> GetActiveGrains(GrainType type);

    /// <summary>Ends the activation of a grain that has moved by a view of this version; returns when it has ended.</summary>
    Task Release(GrainId grainId, long version);

    /// <summary>A reminder of this silo was written by another one.</summary>
    Task RefreshReminders(GrainId grainId);
}
