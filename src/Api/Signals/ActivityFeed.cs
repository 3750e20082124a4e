using System.Collections.Immutable;
using Engine.V1;
using Orleans.Streams;

namespace Engine.Api.Signals;

/// <summary>
/// One conversation's activity in this process: one subscription for however many watchers. It lasts while there are any.
/// </summary>
/// <remarks>
/// Where memory streams keep their subscriptions is as volatile as the streams: when the silo goes that kept it, nobody is
/// told, and a watcher would hear nothing ever after. So the subscription is made anew from time to time, the new one before
/// the old one is given up; what then comes twice says the same thing.
/// </remarks>
internal sealed class ActivityFeed(IAsyncStream<WatchActivityResponse> stream, TimeProvider time)
{
    private static readonly TimeSpan RenewPeriod = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan RetryPeriod = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ImmutableArray<ActivityWatch> _watches = [];

    /// <summary>Completes when the first subscription stands; fails when it could not be made.</summary>
    public Task Begun => _begun.Task;

    public bool IsEmpty => _watches.IsEmpty;

    public void Add(ActivityWatch watch) => ImmutableInterlocked.Update(ref _watches, static (watches, added) => watches.Add(added), watch);

    public void Remove(ActivityWatch watch) => ImmutableInterlocked.Update(ref _watches, static (watches, removed) => watches.Remove(removed), watch);

    public void End() => _ended.TrySetResult();

    public async Task RunAsync()
    {
        StreamSubscriptionHandle<WatchActivityResponse> subscription;
        try
        {
            subscription = await SubscribeAsync();
            _begun.SetResult();
        }
        catch (Exception e)
        {
            _begun.SetException(e);
            return;
        }

        var period = RenewPeriod;
        while (!await HasEndedAfterAsync(period))
        {
            var renewed = await TryRenewAsync(subscription);
            period = renewed is null ? RetryPeriod : RenewPeriod;
            subscription = renewed ?? subscription;
        }

        await GiveUpAsync(subscription);
    }

    private async Task<bool> HasEndedAfterAsync(TimeSpan period)
    {
        try
        {
            await _ended.Task.WaitAsync(period, time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task<StreamSubscriptionHandle<WatchActivityResponse>?> TryRenewAsync(StreamSubscriptionHandle<WatchActivityResponse> old)
    {
        try
        {
            var renewed = await SubscribeAsync();
            await GiveUpAsync(old);
            return renewed;
        }
        catch (Exception)
        {
            // The cluster is in trouble. Signals may be lost meanwhile, as they may at any time.
            return null;
        }
    }

    private Task<StreamSubscriptionHandle<WatchActivityResponse>> SubscribeAsync() => stream.SubscribeAsync((signal, _) =>
    {
        foreach (var watch in _watches) watch.Tell(signal);
        return Task.CompletedTask;
    });

    private static async Task GiveUpAsync(StreamSubscriptionHandle<WatchActivityResponse> subscription)
    {
        try
        {
            await subscription.UnsubscribeAsync();
        }
        catch (Exception)
        {
            // Where it was kept is gone, and the subscription with it.
        }
    }
}
