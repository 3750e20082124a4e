using System.Collections.Concurrent;
using Engine.Internal.V1;
using Microsoft.Extensions.Logging;

namespace Engine.Grains.Expectations;

/// <summary>
/// What this silo knows of queues' loads. To ask the queue for every message would make it the bottleneck of all its
/// conversations, for a forecast that is told to the minute at best: so an answer serves a second, whoever asks meanwhile shares
/// it, an older one serves while it is fetched anew, and nobody waits for a slow queue.
/// </summary>
/// <param name="ask">Asks the queue of a key, workspace/queue.</param>
/// <param name="time">Real time.</param>
internal sealed partial class QueueLoads(Func<string, Task<QueueLoadReply>> ask, TimeProvider time, ILogger<QueueLoads> logger) : IQueueLoads
{
    private const int QueuesMax = 10_000;
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ServesFor = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WaitMax = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    public bool TryGet(string workspace, string queue, out QueueLoad? load)
    {
        var key = $"{workspace}/{queue}";
        load = null;
        if (!_entries.TryGetValue(key, out var entry) || entry.FetchedAt is not { } at) return false;
        var age = time.GetElapsedTime(at);
        if (age > ServesFor) return false;
        load = entry.Load;
        if (age > FreshFor) _ = entry.FetchAsync(this, key);
        return true;
    }

    public QueueLoad? Last(string workspace, string queue) => _entries.GetValueOrDefault($"{workspace}/{queue}")?.Load;

    public async Task FetchAsync(string workspace, string queue)
    {
        var key = $"{workspace}/{queue}";
        // A workspace has a thousand queues at most; who asks for more is not worth remembering.
        if (_entries.Count > QueuesMax) _entries.Clear();
        var entry = _entries.GetOrAdd(key, static _ => new Entry());
        var fetch = entry.FetchAsync(this, key);
        // Whoever comes next does not wait for it again: that nothing is known is known for a while.
        if (await Task.WhenAny(fetch, Task.Delay(WaitMax, time)) != fetch) entry.FetchedAt ??= time.GetTimestamp();
    }

    private async Task<QueueLoad?> AskAsync(string key)
    {
        try
        {
            return (await ask(key)).Result;
        }
        catch (Exception e)
        {
            // A forecast without it is a worse one, and no reason to refuse a message.
            LogUnknown(e.GetType().Name);
            return null;
        }
    }

    private long Timestamp() => time.GetTimestamp();

    private bool IsFresh(long? fetchedAt) => fetchedAt is { } at && time.GetElapsedTime(at) <= FreshFor;

    [LoggerMessage(1501, LogLevel.Debug, "A queue did not tell its load: {Error}.")]
    private partial void LogUnknown(string error);

    private sealed class Entry
    {
        private readonly Lock _lock = new();
        private Task? _fetch;

        public QueueLoad? Load { get; private set; }

        public long? FetchedAt { get; set; }

        public Task FetchAsync(QueueLoads loads, string key)
        {
            lock (_lock)
            {
                if (_fetch is { IsCompleted: false }) return _fetch;
                if (_fetch is not null && loads.IsFresh(FetchedAt)) return _fetch;
                // Not in the turn of the actor that happens to be the first to ask: others wait for it too.
                using (ExecutionContext.SuppressFlow()) return _fetch = Task.Run(() => RunAsync(loads, key));
            }
        }

        private async Task RunAsync(QueueLoads loads, string key)
        {
            Load = await loads.AskAsync(key);
            FetchedAt = loads.Timestamp();
        }
    }
}
