namespace Engine.LoadTests.Runtime.Probing;

/// <inheritdoc/>
[GrainType("loadtests-ping")]
public sealed class PingGrain : Grain, IPingGrain
{
    /// <inheritdoc/>
    public ValueTask<long> PingAsync(long number) => new(number);

    /// <inheritdoc/>
    public ValueTask<int> WhereAsync() => new(Environment.ProcessId);
}
