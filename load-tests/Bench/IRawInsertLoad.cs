using Engine.LoadTests.Measuring;

namespace Engine.LoadTests.Bench;

/// <summary>Rows a second into a table like the journal's, with nothing around it: what the store and the disk can take.</summary>
internal interface IRawInsertLoad : IAsyncDisposable
{
    Task<LoadResult> RunAsync(LoadLimits limits, CancellationToken cancellationToken);
}
