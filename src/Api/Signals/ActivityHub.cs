using Engine.Api.Telemetry;
using Engine.Grains;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Streams;

namespace Engine.Api.Signals;

/// <summary>
/// Who is writing, who is looking: told to whoever watches just now, through whichever process, and never stored.
/// </summary>
/// <remarks>
/// Signals are many and each is worth little: the next one comes in seconds, and a wrong "is typing" ends by itself. Sent
/// like messages they would cost like messages, and under load they would delay what matters. So they go over memory
/// streams, one for each conversation; nobody waits for their delivery; only so many are under way at a time, and what comes
/// beyond is dropped rather than queued. That makes them the first thing the engine sheds.
/// </remarks>
internal sealed class ActivityHub(
    [FromKeyedServices(ActivityStreams.Provider)] IStreamProvider provider, EngineClock clock, TimeProvider time, ApiMetrics metrics)
{
    private const int UnderWayMax = 256;

    private static readonly TimeSpan TypingLasts = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan ViewingLasts = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, ActivityFeed> _feeds = [];
    private int _underWay;

    /// <summary>Names a conversation among all: <c>workspace/conversation</c>.</summary>
    /// <param name="conversation">conversations/{conversation}.</param>
    public static string PlaceOf(string workspace, string conversation) =>
        string.Concat(workspace, "/", conversation.AsSpan("conversations/".Length));

    /// <summary>Tells the watchers of a conversation, if it can be done now.</summary>
    public void Tell(string place, Author participant, ActivityKind kind)
    {
        if (Interlocked.Increment(ref _underWay) > UnderWayMax)
        {
            Interlocked.Decrement(ref _underWay);
            metrics.OnActivityShed();
            return;
        }

        var signal = new WatchActivityResponse { Participant = participant, Kind = kind };
        if (LastsOf(kind) is { } lasts) signal.ExpireTime = Timestamp.FromDateTimeOffset(clock.UtcNow + lasts);
        _ = SendAsync(place, signal);
    }

    /// <summary>Begins to watch; when this completes, what is told from now on is heard.</summary>
    public async Task<ActivityWatch> WatchAsync(string place, CancellationToken cancellationToken)
    {
        var watch = new ActivityWatch(left => Leave(place, left));
        ActivityFeed? feed;
        lock (_gate)
        {
            if (!_feeds.TryGetValue(place, out feed))
            {
                _feeds.Add(place, feed = new ActivityFeed(StreamOf(place), time));
                _ = feed.RunAsync();
            }

            feed.Add(watch);
        }

        try
        {
            await feed.Begun.WaitAsync(cancellationToken);
            return watch;
        }
        catch
        {
            watch.Dispose();
            throw;
        }
    }

    private static TimeSpan? LastsOf(ActivityKind kind) => kind switch
    {
        ActivityKind.Typing => TypingLasts,
        ActivityKind.Viewing => ViewingLasts,
        _ => null,
    };

    private void Leave(string place, ActivityWatch watch)
    {
        lock (_gate)
        {
            if (!_feeds.TryGetValue(place, out var feed)) return;
            feed.Remove(watch);
            if (!feed.IsEmpty) return;
            _feeds.Remove(place);
            feed.End();
        }
    }

    private async Task SendAsync(string place, WatchActivityResponse signal)
    {
        try
        {
            await StreamOf(place).OnNextAsync(signal);
        }
        catch (Exception)
        {
            metrics.OnActivityLost();
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    private IAsyncStream<WatchActivityResponse> StreamOf(string place) =>
        provider.GetStream<WatchActivityResponse>(StreamId.Create(ActivityStreams.Namespace, place));
}
