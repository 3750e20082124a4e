using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Engine.Grains.Consumers;

/// <summary>The consumers that run in this process: whoever waits for one of them need not ask the cluster, or the store.</summary>
internal sealed class ConsumerRegistry : IDisposable
{
    private readonly ConcurrentDictionary<(string Name, int Group), ConsumerLoop> _loops = new();
    private readonly CancellationTokenSource _gone = new();
    private readonly ConsumerMetrics _metrics;

    public ConsumerRegistry(IMeterFactory? meters = null) => _metrics = new ConsumerMetrics(this, meters);

    /// <summary>The process, or the silo of a test, is torn down: whatever still runs ends.</summary>
    public CancellationToken Gone => _gone.Token;

    public IEnumerable<ConsumerLoop> All => _loops.Values;

    public ConsumerLoop? Find(string name, int group) => _loops.GetValueOrDefault((name, group));

    public ConsumerLoop Add(ConsumerLoop loop) => _loops[(loop.Name, loop.Lanes.Group)] = loop;

    public void Remove(ConsumerLoop loop) =>
        _loops.TryRemove(new KeyValuePair<(string, int), ConsumerLoop>((loop.Name, loop.Lanes.Group), loop));

    /// <summary>A silo that is torn down without deactivating its grains leaves no loop behind.</summary>
    public void Dispose()
    {
        foreach (var loop in _loops.Values) loop.Dispose();
        _gone.Cancel();
        _metrics.Dispose();
    }
}
