using System.Threading.Channels;
using Engine.V1;

namespace Engine.Api.Signals;

/// <summary>One watcher's share of a conversation's activity, until disposed.</summary>
internal sealed class ActivityWatch(Action<ActivityWatch> leave) : IDisposable
{
    /// <summary>A reader who is further behind wants the newest, not all.</summary>
    private const int WaitingMax = 64;

    private readonly Channel<WatchActivityResponse> _signals = Channel.CreateBounded<WatchActivityResponse>(
        new BoundedChannelOptions(WaitingMax) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    public ChannelReader<WatchActivityResponse> Signals => _signals.Reader;

    public void Tell(WatchActivityResponse signal) => _signals.Writer.TryWrite(signal);

    public void Dispose() => leave(this);
}
