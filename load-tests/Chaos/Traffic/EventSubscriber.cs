using System.Collections.Concurrent;
using Engine.LoadTests.Calls;
using Engine.LoadTests.Chaos.History;
using Engine.V1;
using Grpc.Core;

namespace Engine.LoadTests.Chaos.Traffic;

/// <summary>
/// A program that reacts: watches the workspace's events or one conversation, and takes up where it was when the connection
/// breaks, at another gateway.
/// </summary>
internal sealed class EventSubscriber
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Longer than the heartbeat of a stream of events: a connection that says nothing is dead.</summary>
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(20);

    private readonly IReadOnlyList<EngineApi> _gateways;
    private readonly Metadata _headers;
    private readonly TimeProvider _time;
    private readonly string? _conversation;
    private readonly int _first;
    private readonly ConcurrentDictionary<(string, long), DateTimeOffset>? _endsSeen;
    private readonly Lock _lock = new();
    private string _position = "";

    /// <param name="conversation">Which one; null: all events of the workspace.</param>
    /// <param name="first">The gateway to begin with.</param>
    /// <param name="endsSeen">Gets when the engine's own commits came.</param>
    public EventSubscriber(
        IReadOnlyList<EngineApi> gateways, Metadata headers, string? conversation, int first,
        ConcurrentDictionary<(string, long), DateTimeOffset>? endsSeen, TimeProvider time)
    {
        _gateways = gateways;
        _headers = headers;
        _conversation = conversation;
        _first = first;
        _endsSeen = endsSeen;
        _time = time;
        Order = new SubscriptionOrder(mayRepeat: conversation is null);
    }

    public SubscriptionOrder Order { get; }

    public string? Conversation => _conversation;

    public int Reconnects { get; private set; }

    /// <summary>The error of a stream that is no broken connection.</summary>
    public string? Failure { get; private set; }

    public long LastOf(string resource)
    {
        lock (_lock) return Order.LastOf(resource);
    }

    /// <summary>Until <paramref name="stop"/> is cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        for (var session = 0; !stop.IsCancellationRequested; session++)
        {
            try
            {
                var api = _gateways[(_first + session) % _gateways.Count];
                lock (_lock) Order.Reconnect();
                if (session > 0) Reconnects++;
                await (_conversation is null ? WatchEventsAsync(api, stop) : WatchConversationAsync(api, _conversation, stop));
                // Only a closed conversation ends by itself.
                if (_conversation is not null) return;
            }
            catch (Exception e) when (e is RpcException or OperationCanceledException)
            {
                if (stop.IsCancellationRequested) return;
                if (e is RpcException refused && !RetryingCaller.IsRetryable(refused, out _)
                    && refused.StatusCode is not (StatusCode.Cancelled or StatusCode.Internal or StatusCode.Aborted))
                {
                    Failure = $"{refused.StatusCode} {refused.Status.Detail}";
                    return;
                }
            }

            try
            {
                await Task.Delay(Pause, _time, stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task WatchEventsAsync(EngineApi api, CancellationToken stop)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(stop);
        silence.CancelAfter(SilenceMax);
        using var call = api.Events.WatchEvents(
            new WatchEventsRequest { AfterPosition = _position }, new CallOptions(_headers, cancellationToken: silence.Token));
        while (await call.ResponseStream.MoveNext(silence.Token))
        {
            silence.CancelAfter(SilenceMax);
            var response = call.ResponseStream.Current;
            _position = response.Position;
            if (response.Event is { } happened)
            {
                // The engine is the author of what it does to customers and agents, too.
                var isEnd = happened.Author?.Type == AuthorType.System && happened.Resource.StartsWith("conversations/", StringComparison.Ordinal);
                See(happened.Resource, happened.Version, isEnd);
            }
        }
    }

    private async Task WatchConversationAsync(EngineApi api, string conversation, CancellationToken stop)
    {
        using var call = api.Conversations.WatchConversation(
            new WatchConversationRequest { Name = conversation, AfterVersion = LastOf(conversation) },
            new CallOptions(_headers, cancellationToken: stop));
        while (await call.ResponseStream.MoveNext(stop))
            See(conversation, call.ResponseStream.Current.Version, byEngine: false);
    }

    private void See(string resource, long version, bool byEngine)
    {
        lock (_lock) Order.See(resource, version);
        if (byEngine) _endsSeen?.TryAdd((resource, version), _time.GetUtcNow());
    }
}
