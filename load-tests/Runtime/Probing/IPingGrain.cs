namespace Engine.LoadTests.Runtime.Probing;

/// <summary>A grain without state: what a call and an activation cost by themselves.</summary>
public interface IPingGrain : IGrainWithIntegerKey
{
    /// <returns>The number.</returns>
    ValueTask<long> PingAsync(long number);

    /// <returns>The process that has the grain.</returns>
    ValueTask<int> WhereAsync();
}
