using Engine.LoadTests.Calls;
using Engine.V1;
using Grpc.Core;

namespace Engine.LoadTests.Shift.Running;

/// <summary>
/// Follows all events of the workspace from the beginning and keeps them. When the connection breaks it takes up where it was, at
/// another process.
/// </summary>
internal sealed class EventRecorder : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Longer than the heartbeat of a stream of events: a connection that says nothing is dead.</summary>
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(20);

    private readonly IReadOnlyList<EngineApi> _gateways;
    private readonly Metadata _headers;
    private readonly TimeProvider _time;
    private readonly Action<Event> _tell;
    private readonly Lock _lock = new();
    private readonly List<Event> _events = [];
    private readonly Dictionary<string, long> _versions = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private string _position;
    private bool _fromNow;

    /// <param name="fromNow">Nothing of what was before.</param>
    /// <param name="tell">Gets each event once, in the order of its resource.</param>
    public EventRecorder(
        IReadOnlyList<EngineApi> gateways, Metadata headers, bool fromNow, Action<Event> tell, TimeProvider time)
    {
        (_gateways, _headers, _fromNow, _tell, _time, _position) = (gateways, headers, fromNow, tell, time, "");
        _running = Task.Run(() => RunAsync(_stop.Token));
    }

    public int Reconnects { get; private set; }

    /// <summary>Whether the stream has told a position: from then on nothing is left out.</summary>
    public bool HasBegun
    {
        get
        {
            lock (_lock) return _position.Length > 0;
        }
    }

    /// <summary>The error of a stream that is no broken connection.</summary>
    public string? Failure { get; private set; }

    public IReadOnlyList<Event> Events
    {
        get
        {
            lock (_lock) return [.. _events];
        }
    }

    /// <summary>The last version seen of a resource; 0: none.</summary>
    public long VersionOf(string resource)
    {
        lock (_lock) return _versions.GetValueOrDefault(resource);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken stop)
    {
        for (var session = 0; !stop.IsCancellationRequested; session++)
        {
            try
            {
                if (session > 0) Reconnects++;
                await WatchAsync(_gateways[session % _gateways.Count], stop);
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

            await Task.WhenAny(Task.Delay(Pause, _time, stop));
        }
    }

    private async Task WatchAsync(EngineApi api, CancellationToken stop)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(stop);
        silence.CancelAfter(SilenceMax);
        using var call = api.Events.WatchEvents(
            new WatchEventsRequest { AfterPosition = _position, FromNow = _fromNow }, new CallOptions(_headers, cancellationToken: silence.Token));
        while (await call.ResponseStream.MoveNext(silence.Token))
        {
            silence.CancelAfter(SilenceMax);
            See(call.ResponseStream.Current);
        }
    }

    private void See(WatchEventsResponse response)
    {
        lock (_lock)
        {
            _position = response.Position;
            _fromNow = false;
            if (response.Event is not { } happened) return;
            // At least once: what came before a reconnect may come again.
            if (happened.Version <= _versions.GetValueOrDefault(happened.Resource)) return;
            _versions[happened.Resource] = happened.Version;
            _events.Add(happened);
        }

        _tell(response.Event);
    }
}
