using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>
/// A call of which there may be several attempts, one after the other (a retry policy) or beside each other (a hedging
/// policy). To try again is safe only where nobody has seen anything of the attempt before, and to stop late would show
/// a caller two answers. The wire gives one clear line: once the server has sent headers it has begun to answer, and
/// the call belongs to that attempt for good. Until then the messages of the caller are kept, and an attempt is given
/// all of them from the first; when they become too many to keep, the call belongs to the attempt at hand as well.
/// What the caller sees is always one attempt's, and nothing before the call belongs to it.
/// </summary>
internal sealed partial class RetryCall<TRequest, TResponse> : IDisposable
    where TRequest : class
    where TResponse : class
{
    public static readonly Func<object, Task<Metadata>> HeadersFunction = static c => ((RetryCall<TRequest, TResponse>)c).HeadersAsync();
    public static readonly Func<object, Status> StatusFunction = static c => ((RetryCall<TRequest, TResponse>)c).Known().GetStatus();
    public static readonly Func<object, Metadata> TrailersFunction = static c => ((RetryCall<TRequest, TResponse>)c).Known().GetTrailers();
    public static readonly Action<object> DisposeFunction = static c => ((RetryCall<TRequest, TResponse>)c).Dispose();

    private readonly TaskCompletionSource<Attempt> _final = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Attempt> _running = [];
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _ending;
    private readonly RequestLog _log;
    private readonly GrpcChannel _channel;
    private readonly MethodRoute _route;
    private readonly Method<TRequest, TResponse> _method;
    private readonly CallOptions _options;
    private readonly string? _host;
    private readonly int _maxAttempts;
    private Attempt _latest;
    private Attempt? _owner;
    private int _attempts;

    public RetryCall(GrpcChannel channel, MethodRoute route, Method<TRequest, TResponse> method, string? host, in CallOptions options)
    {
        _channel = channel;
        _route = route;
        _method = method;
        _host = host;
        _options = options;
        _log = new RequestLog(channel.Retries.Budget);
        _maxAttempts = Math.Min(
            route.Retry?.MaxAttempts ?? route.Hedging!.MaxAttempts!.Value, channel.Options.MaxRetryAttempts ?? int.MaxValue);
        _ending = CancellationTokenSource.CreateLinkedTokenSource(options.CancellationToken);
        _latest = Add();
    }

    private bool OneRequest => _method.Type is MethodType.Unary or MethodType.ServerStreaming;

    private bool OneResponse => _method.Type is MethodType.Unary or MethodType.ClientStreaming;

    /// <summary>Sends the only request.</summary>
    public void Start(TRequest request)
    {
        byte[] frame;
        try
        {
            frame = _latest.Call.FrameOf(request, _options.WriteOptions);
        }
        catch (Exception exception)
        {
            // No attempt would fare better.
            _latest.Call.FailToStart(exception);
            Commit(_latest);
            return;
        }

        _log.Append(frame, out _);
        _log.Complete();
        Start();
    }

    /// <summary>Begins a call whose requests are still to come.</summary>
    public void Start()
    {
        Begin(_latest);
        if (_log.IsIncomplete)
        {
            Commit(_latest);
        }

        _ = RunAsync();
    }

    public async Task<TResponse> ResponseAsync()
    {
        var attempt = await _final.Task.ConfigureAwait(false);
        return await (attempt.Response ?? throw attempt.Call.OutcomeNow()).ConfigureAwait(false);
    }

    public void Dispose()
    {
        CancelWaiting();
        Attempt[] running;
        lock (_lock)
        {
            running = [.. _running];
        }

        foreach (var attempt in running)
        {
            attempt.Call.Dispose();
        }

        Commit(_latest);
    }

    private async Task<Metadata> HeadersAsync() =>
        await (await _final.Task.ConfigureAwait(false)).Call.HeadersAsync().ConfigureAwait(false);

    /// <summary>The attempt the call belongs to, the only one its caller may know of.</summary>
    private Call<TRequest, TResponse> Known() => Volatile.Read(ref _owner)?.Call
        ?? throw new InvalidOperationException("Unable to get the status because the call is not complete.");

    private async Task RunAsync()
    {
        try
        {
            await (_route.Retry is { } retry ? RetryAsync(retry) : HedgeAsync(_route.Hedging!)).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is ObjectDisposedException or OperationCanceledException)
        {
            // The channel or the caller's patience came to an end between two attempts: what there is has to do.
        }
        finally
        {
            Commit(_latest);
        }
    }

    private Attempt Add()
    {
        var attempt = new Attempt(new ReplayContent(_log, streams: !OneRequest));
        attempt.Call = new Call<TRequest, TResponse>(_channel, _route, _method, _host, _options)
        {
            PreviousAttempts = _attempts++,
            Ended = () => OnEnded(attempt),
        };
        lock (_lock)
        {
            _running.Add(attempt);
            _latest = attempt;
        }

        return attempt;
    }

    private Attempt BeginNext()
    {
        var attempt = Add();
        Begin(attempt);
        if (_log.IsIncomplete)
        {
            Commit(attempt);
        }

        if (_ending.IsCancellationRequested)
        {
            attempt.Call.Dispose();
        }

        return attempt;
    }

    private void Begin(Attempt attempt)
    {
        if (OneResponse)
        {
            attempt.Response = attempt.Call.OnlyResponseAsync(attempt.Content);
            attempt.Begun = BegunAsync(attempt.Call, attempt.Response);
        }
        else
        {
            attempt.Begun = attempt.Call.StartResponses(attempt.Content);
        }

        _ = TellContentAsync(attempt);
    }

    /// <summary>A call with one response ends by itself, and is not over for its writer before.</summary>
    private static async Task TellContentAsync(Attempt attempt)
    {
        await ((Task?)attempt.Response ?? attempt.Begun).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        attempt.Content.OnAnswered();
    }

    /// <summary>Returns when the server has begun to answer or the attempt has ended.</summary>
    private static async Task BegunAsync(Call<TRequest, TResponse> call, Task response)
    {
        var headers = call.HeadersAsync();
        await Task.WhenAny(headers, response).ConfigureAwait(false);
        if (!call.HasResponse)
        {
            await response.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        // Of the attempts the call does not belong to in the end, nobody asks.
        _ = response.ContinueWith(
            static r => _ = r.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Makes the call this attempt's, unless it is another's already; the others end.</summary>
    private void Commit(Attempt attempt)
    {
        Attempt[] others;
        lock (_lock)
        {
            if (_owner is not null)
            {
                return;
            }

            Volatile.Write(ref _owner, attempt);
            others = [.. _running.Where(r => r != attempt)];
        }

        _log.BelongTo(attempt.Content);
        foreach (var other in others)
        {
            other.Call.Dispose();
        }

        if (attempt.Call.HasEnded)
        {
            End();
        }

        // Last, so that whoever waits for the call finds it settled.
        _final.TrySetResult(attempt);
    }

    private void OnEnded(Attempt attempt)
    {
        bool isOwner;
        lock (_lock)
        {
            _running.Remove(attempt);
            isOwner = _owner == attempt;
        }

        if (isOwner)
        {
            End();
        }
    }

    private void End()
    {
        _log.Dispose();
        _ending.Dispose();
    }

    private void CancelWaiting()
    {
        try
        {
            _ending.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Ended at the same moment.
        }
    }

    private void CancelByToken()
    {
        CancelWaiting();
        Attempt[] running;
        lock (_lock)
        {
            running = [.. _running];
        }

        foreach (var attempt in running)
        {
            attempt.Call.CancelByToken();
        }
    }

    private sealed class Attempt(ReplayContent content)
    {
        public ReplayContent Content { get; } = content;

        public Call<TRequest, TResponse> Call { get; set; } = null!;

        /// <summary>For calls with one response.</summary>
        public Task<TResponse>? Response { get; set; }

        /// <summary>Completes when the server has begun to answer or the attempt has ended; never fails.</summary>
        public Task Begun { get; set; } = Task.CompletedTask;
    }
}
