using System.Collections.Concurrent;
using Engine.LoadTests.Calls;
using Engine.LoadTests.Chaos.History;
using Grpc.Core;

namespace Engine.LoadTests.Chaos.Traffic;

/// <summary>All who watch during a run.</summary>
internal sealed class Subscribers : IAsyncDisposable
{
    private static readonly TimeSpan CatchUpMax = TimeSpan.FromMinutes(5);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<(string, long), DateTimeOffset> _endsSeen = new();
    private readonly List<EventSubscriber> _subscribers = [];
    private readonly List<Task> _tasks = [];
    private readonly TimeProvider _time;

    /// <param name="events">How many watch all events of the workspace.</param>
    /// <param name="conversations">Each of these is watched by one.</param>
    public Subscribers(
        IReadOnlyList<EngineApi> gateways, Metadata headers, int events, IReadOnlyList<string> conversations, TimeProvider time)
    {
        _time = time;
        for (var i = 0; i < events; i++) _subscribers.Add(new EventSubscriber(gateways, headers, null, i, _endsSeen, time));
        for (var i = 0; i < conversations.Count; i++)
            _subscribers.Add(new EventSubscriber(gateways, headers, conversations[i], i, null, time));
        foreach (var subscriber in _subscribers) _tasks.Add(Task.Run(() => subscriber.RunAsync(_stop.Token)));
    }

    /// <summary>Commits of the engine itself that a subscriber to all events saw.</summary>
    public int EndsSeen => _endsSeen.Count;

    /// <summary>When a subscriber to all events saw a commit of the engine itself.</summary>
    public DateTimeOffset? SeenAt(string conversation, long version) =>
        _endsSeen.TryGetValue((conversation, version), out var at) ? at : null;

    /// <summary>Waits a while for them to get everything, then ends them.</summary>
    /// <returns>What they got and what they did not.</returns>
    public async Task<(SubscribersReport Report, IReadOnlyList<string> Examples)> EndAsync(
        IReadOnlyCollection<ConversationLog> logs, long missingInLists, CancellationToken cancellationToken)
    {
        var last = logs.ToDictionary(l => l.Name, l => l.Commits[^1].Version, StringComparer.Ordinal);
        var begin = _time.GetTimestamp();
        while (Missing() > 0 && _time.GetElapsedTime(begin) < CatchUpMax)
            await Task.Delay(TimeSpan.FromMilliseconds(250), _time, cancellationToken);
        var missing = Missing();
        await DisposeAsync();
        var report = new SubscribersReport
        {
            Subscribers = _subscribers.Count,
            Events = _subscribers.Sum(s => s.Order.Events),
            Reconnects = _subscribers.Sum(s => s.Reconnects),
            Skipped = _subscribers.Sum(s => s.Order.Skipped),
            OutOfOrder = _subscribers.Sum(s => s.Order.OutOfOrder),
            Missing = missing,
            MissingInLists = missingInLists,
        };
        return (report,
        [
            .. _subscribers.SelectMany(s => s.Order.Examples),
            .. _subscribers.Where(s => s.Failure is not null).Select(s => $"Subscriber of {s.Conversation ?? "all events"} was refused: {s.Failure}"),
            .. missing == 0 ? [] : _subscribers.SelectMany(Behind).Take(5),
        ]);

        long Missing() => _subscribers.Sum(s => s.Conversation is { } one
            ? Math.Max(0, last.GetValueOrDefault(one) - s.LastOf(one))
            : last.Sum(l => Math.Max(0, l.Value - s.LastOf(l.Key))));

        IEnumerable<string> Behind(EventSubscriber subscriber) =>
            from l in last
            where subscriber.Conversation is null || subscriber.Conversation == l.Key
            let seen = subscriber.LastOf(l.Key)
            where seen < l.Value
            select FormattableString.Invariant($"Subscriber of {subscriber.Conversation ?? "all events"} saw {l.Key} up to {seen} of {l.Value}");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_tasks);
    }
}
