using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Engine.Api.Signals;
using Engine.Api.Telemetry;
using Engine.Grains;
using Engine.V1;
using Microsoft.Extensions.DependencyInjection;

namespace Engine.Api.Tests.Signals;

/// <summary>What hides from whoever watches over a healthy cluster: subscriptions made anew, and signals dropped rather than queued.</summary>
public sealed class ActivityHubTests : IDisposable
{
    private const string Place = "acme/c1";
    private const int UnderWayMax = 256;

    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);

    private readonly SteppedTime _time = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ConcurrentQueue<string> _lost = new();
    private readonly MeterListener _listener = new();
    private readonly ApiMetrics _metrics;
    private readonly ScriptedStream _stream;
    private readonly ActivityHub _hub;

    public ActivityHubTests()
    {
        var meters = _services.GetRequiredService<IMeterFactory>();
        // The meters of tests that run beside this one have factories of their own.
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, meters)) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) =>
        {
            foreach (var tag in tags)
                if (tag.Key == "error.type" && instrument.Name.Contains("activity", StringComparison.Ordinal)) _lost.Enqueue($"{tag.Value}");
        });
        _listener.Start();
        _metrics = new ApiMetrics(meters);
        (var provider, _stream) = ScriptedStream.Make();
        _hub = new ActivityHub(provider, new EngineClock(_time), _time, _metrics);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _metrics.Dispose();
        _services.Dispose();
    }

    [Fact]
    public async Task A_subscription_is_made_anew_before_the_old_one_is_given_up_and_the_watch_hears_on()
    {
        using var watch = await _hub.WatchAsync(Place, default);
        await PassAsync(Renewal);
        await UntilAskedAsync("subscribe 1", "subscribe 2", "unsubscribe 1");
        await _stream.TellAsync(2, ActivityKind.Typing);
        Assert.Equal(ActivityKind.Typing, (await NextAsync(watch)).Kind);
        await PassAsync(Renewal);
        await UntilAskedAsync("subscribe 1", "subscribe 2", "unsubscribe 1", "subscribe 3", "unsubscribe 2");
    }

    [Fact]
    public async Task Nothing_is_made_anew_before_its_time()
    {
        using var watch = await _hub.WatchAsync(Place, default);
        await PassAsync(Renewal - TimeSpan.FromSeconds(1));
        Assert.Equal(["subscribe 1"], _stream.Asked);
        Assert.Equal(1, _time.Pending);
    }

    [Fact]
    public async Task A_renewal_that_fails_keeps_the_old_subscription_and_is_tried_again_soon()
    {
        using var watch = await _hub.WatchAsync(Place, default);
        _stream.SubscribeFails = true;
        await PassAsync(Renewal);
        await UntilAskedAsync("subscribe 1", "subscribe 2");
        await _stream.TellAsync(1, ActivityKind.Viewing);
        Assert.Equal(ActivityKind.Viewing, (await NextAsync(watch)).Kind);
        _stream.SubscribeFails = false;
        await PassAsync(Retry);
        await UntilAskedAsync("subscribe 1", "subscribe 2", "subscribe 3", "unsubscribe 1");
    }

    [Fact]
    public async Task Watchers_share_a_subscription_which_ends_with_the_last_of_them()
    {
        var first = await _hub.WatchAsync(Place, default);
        var second = await _hub.WatchAsync(Place, default);
        await _stream.TellAsync(1, ActivityKind.Typing);
        Assert.Equal(ActivityKind.Typing, (await NextAsync(first)).Kind);
        Assert.Equal(ActivityKind.Typing, (await NextAsync(second)).Kind);
        first.Dispose();
        Assert.Equal(["subscribe 1"], _stream.Asked);
        second.Dispose();
        await UntilAskedAsync("subscribe 1", "unsubscribe 1");
        await Until.Async(() => Task.FromResult(_time.Pending), pending => pending == 0, "no timer is left");
    }

    [Fact]
    public async Task A_watch_that_could_not_begin_leaves_nothing_behind()
    {
        _stream.SubscribeFails = true;
        await Assert.ThrowsAsync<TimeoutException>(() => _hub.WatchAsync(Place, default));
        _stream.SubscribeFails = false;
        using var watch = await _hub.WatchAsync(Place, default);
        Assert.Equal(["subscribe 1", "subscribe 2"], _stream.Asked);
    }

    [Fact]
    public async Task Beyond_what_may_be_under_way_signals_are_dropped_and_counted_until_there_is_room_again()
    {
        var delivered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _stream.Send = () => delivered.Task;
        for (var i = 0; i < UnderWayMax + 3; i++) Tell();
        Assert.Equal(UnderWayMax, _stream.Sent);
        Assert.Equal(Enumerable.Repeat("overloaded", 3), _lost);
        delivered.SetResult();
        // Until those under way are over the next ones may be dropped, too; then every one is sent.
        await Until.Async(
            () =>
            {
                Tell();
                return Task.FromResult(_stream.Sent);
            },
            sent => sent > UnderWayMax,
            "there is room again");
    }

    [Fact]
    public async Task A_signal_that_fails_is_counted_and_gives_its_room_back()
    {
        _stream.Send = static () => Task.FromException(new TimeoutException());
        for (var i = 0; i < UnderWayMax * 2; i++)
        {
            Tell();
            var told = i + 1;
            await Until.Async(() => Task.FromResult(_lost.Count), lost => lost == told, "counted");
        }

        Assert.Equal(UnderWayMax * 2, _stream.Sent);
        Assert.All(_lost, kind => Assert.Equal("failed", kind));
    }

    [Fact]
    public async Task A_watcher_who_is_behind_misses_the_oldest_signals()
    {
        using var watch = await _hub.WatchAsync(Place, default);
        for (var i = 0; i < 64; i++) await _stream.TellAsync(1, ActivityKind.Typing);
        await _stream.TellAsync(1, ActivityKind.Left);
        var kinds = new List<ActivityKind>();
        while (watch.Signals.TryRead(out var signal)) kinds.Add(signal.Kind);
        Assert.Equal(64, kinds.Count);
        Assert.Equal(ActivityKind.Left, kinds[^1]);
    }

    private void Tell() => _hub.Tell(Place, new Author { Type = AuthorType.Customer, Name = "customers/c" }, ActivityKind.Typing);

    /// <summary>Lets time pass once somebody waits for it.</summary>
    private async Task PassAsync(TimeSpan span)
    {
        await Until.Async(() => Task.FromResult(_time.Pending), pending => pending == 1, "the feed waits");
        _time.Advance(span);
    }

    private Task<string> UntilAskedAsync(params string[] asked) =>
        Until.Async(() => Task.FromResult(string.Join(", ", _stream.Asked)), seen => seen == string.Join(", ", asked), string.Join(", ", asked));

    private static async Task<WatchActivityResponse> NextAsync(ActivityWatch watch) =>
        await watch.Signals.ReadAsync().AsTask().WaitAsync(Until.Deadline);
}
