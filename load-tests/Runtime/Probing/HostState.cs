using Orleans.Runtime;

namespace Engine.LoadTests.Runtime.Probing;

/// <summary>What the host knows of itself.</summary>
internal sealed class HostState
{
    private long _running;

    public double StartMs { get; set; }

    /// <summary>Counts a handler until the result is disposed of.</summary>
    public IDisposable Begin()
    {
        Interlocked.Increment(ref _running);
        return new Handler(this);
    }

    public async Task<Observation> ObserveAsync(IGrainFactory grains, bool collectGarbage)
    {
        if (collectGarbage) Heap.CollectedBytes();
        var statistics = await grains.GetGrain<IManagementGrain>(0).GetSimpleGrainStatistics();
        return new Observation
        {
            AllocatedBytes = GC.GetTotalAllocatedBytes(precise: true),
            HeapBytes = GC.GetTotalMemory(forceFullCollection: false),
            HandlersRunning = Interlocked.Read(ref _running),
            Activations = ProbeGrain.Active,
            ActivationsEver = ProbeGrain.Ever,
            ActivationsCounted = statistics
                .Where(s => s.GrainType.Contains(nameof(ProbeGrain), StringComparison.Ordinal))
                .Sum(s => (long)s.ActivationCount),
            StartMs = StartMs,
        };
    }

    private sealed class Handler(HostState state) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref state._running);
    }
}
