using Engine.LoadTests.Measuring;

namespace Engine.LoadTests.Bench;

/// <summary>Something to measure.</summary>
/// <param name="Name">As in the report.</param>
/// <param name="Concurrency">Calls in flight; for batches, rows in a batch.</param>
/// <param name="Measure">Runs it within the limits.</param>
/// <param name="ServerCpu">CPU time that the server has used so far; null: cannot be told.</param>
/// <param name="ServerAllocatedBytes">What the server's process has allocated since its start; null: cannot be asked.</param>
internal sealed record BenchPart(
    string Name,
    int Concurrency,
    Func<LoadLimits, CancellationToken, Task<LoadResult>> Measure,
    Func<TimeSpan?>? ServerCpu,
    Func<CancellationToken, Task<long>>? ServerAllocatedBytes = null);
