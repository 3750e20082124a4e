namespace Engine.LoadTests.Measuring;

/// <summary>What a measured stretch of load came to.</summary>
/// <param name="Operations">Finished within the stretch.</param>
/// <param name="Elapsed">From the first start to the last end.</param>
/// <param name="Latency">Of single calls, which for batches are the batches.</param>
internal sealed record LoadResult(long Operations, TimeSpan Elapsed, LatencyLog Latency)
{
    public double PerSecond => Elapsed > TimeSpan.Zero ? Operations / Elapsed.TotalSeconds : 0;
}
