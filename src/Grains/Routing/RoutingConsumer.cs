using Engine.Grains.Catalogs;
using Engine.Grains.Consumers;
using Engine.Grains.Conversations;
using Engine.Grains.Journal;
using Engine.Internal.V1;
using Microsoft.Extensions.Logging;

namespace Engine.Grains.Routing;

/// <summary>
/// Tells queues what the journal says of their conversations and agents, and conversations what the journal says of agents who
/// cannot keep them. What backlogs drain by: a page becomes one call for each queue it concerns, all at once.
/// </summary>
internal sealed partial class RoutingConsumer(
    IConsumerStore consumers, IGrainFactory grains, ICatalogs catalogs, ILogger<RoutingConsumer> logger) : IConsumer
{
    public const string Name = "routing";

    /// <summary>Pages without news are looked at again after a restart, at most this many.</summary>
    private const int PagesUnstoredMax = 32;

    private const int QueuesMax = 10_000;

    /// <summary>
    /// In real time. A queue whose silo died comes to life again with the next news of its own, or with its reminder; so that
    /// what waits there does not wait for either, whoever told it something lately calls it while there is anything to tell.
    /// </summary>
    private static readonly TimeSpan CallEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CalledFor = TimeSpan.FromMinutes(15);

    private readonly Dictionary<string, long> _told = new(StringComparer.Ordinal);
    private long _calledAt = TimeProvider.System.GetTimestamp();
    private int _pagesUnstored;

    public Task<Checkpoint> TakeAsync(LaneSet lanes, CancellationToken cancellationToken) =>
        consumers.TakeAsync(Name, lanes, cancellationToken);

    public async Task<bool> HandleAsync(JournalPage page, Checkpoint after, CancellationToken cancellationToken)
    {
        var news = new RoutingPage();
        foreach (var row in page.Rows) news.Add(row);
        await news.AddAgentsAsync(catalogs);
        await Task.WhenAll(news.Queues.Select(pair => TellAsync(pair.Key, pair.Value)).Concat(news.Returns.Select(ReturnAsync)));
        Call(news.Queues);
        if (news.IsEmpty && ++_pagesUnstored < PagesUnstoredMax) return true;
        _pagesUnstored = 0;
        return await consumers.MoveAsync(Name, after, cancellationToken);
    }

    private async Task TellAsync(string queue, QueueNewsBuilder news)
    {
        var rejection = (await grains.GetGrain<IQueueGrain>(queue).ApplyAsync(news.Build())).Rejection;
        if (rejection is not null) throw new JournalUnavailableException($"A queue was not told: {rejection.Reason}.");
    }

    private async Task ReturnAsync((string Conversation, ReturnToQueueCommand Command) returned)
    {
        var rejection = (await grains.GetGrain<IConversationGrain>(returned.Conversation).ReturnToQueueAsync(returned.Command)).Rejection;
        if (rejection is { Kind: RejectionKind.Unavailable })
            throw new JournalUnavailableException($"A conversation was not returned to its queue: {rejection.Reason}.");
    }

    private void Call(IReadOnlyDictionary<string, QueueNewsBuilder> told)
    {
        var now = TimeProvider.System.GetTimestamp();
        foreach (var queue in told.Keys)
        {
            if (_told.Count < QueuesMax || _told.ContainsKey(queue)) _told[queue] = now;
        }

        if (TimeProvider.System.GetElapsedTime(_calledAt, now) < CallEvery) return;
        _calledAt = now;
        foreach (var (queue, at) in _told)
        {
            if (TimeProvider.System.GetElapsedTime(at, now) > CalledFor) _told.Remove(queue);
            else if (at != now) _ = CallAsync(queue);
        }
    }

    /// <summary>Nobody waits for it, and the next call is soon.</summary>
    private async Task CallAsync(string queue)
    {
        try
        {
            await grains.GetGrain<IQueueGrain>(queue).ApplyAsync(new QueueNews());
        }
        catch (Exception e)
        {
            LogCallFailed(e);
        }
    }

    [LoggerMessage(1310, LogLevel.Debug, "A queue could not be called.")]
    private partial void LogCallFailed(Exception exception);
}
