using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client.Configuration;

namespace Grpc.Net.Client.Internal;

/// <summary>
/// A call that is tried again as its policy says. The wire gives one clear line: once the server has sent headers
/// it has begun to answer, and the call belongs to that attempt for good. Before it, an attempt that ends with a
/// bare status of the right kind is replaced by the next; the deadline spans them all.
/// </summary>
internal sealed class RetryCall<TRequest, TResponse> : IAsyncStreamReader<TResponse>, IDisposable
    where TRequest : class
    where TResponse : class
{
    public static readonly Func<object, Task<Metadata>> HeadersFunction = static c => ((RetryCall<TRequest, TResponse>)c).HeadersAsync();
    public static readonly Func<object, Status> StatusFunction = static c => ((RetryCall<TRequest, TResponse>)c)._attempt.GetStatus();
    public static readonly Func<object, Metadata> TrailersFunction = static c => ((RetryCall<TRequest, TResponse>)c)._attempt.GetTrailers();
    public static readonly Action<object> DisposeFunction = static c => ((RetryCall<TRequest, TResponse>)c).Dispose();

    private readonly TaskCompletionSource<CallBase> _final = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _ending;
    private readonly Func<int, Call<TRequest, TResponse>> _start;
    private readonly GrpcChannel _channel;
    private readonly RetryPolicy _policy;
    private readonly int _maxAttempts;
    private Call<TRequest, TResponse> _attempt;
    private int _attempts;

    public RetryCall(GrpcChannel channel, RetryPolicy policy, CallOptions options, Func<int, Call<TRequest, TResponse>> start)
    {
        _channel = channel;
        _policy = policy;
        _start = start;
        _maxAttempts = Math.Min(policy.MaxAttempts!.Value, channel.Options.MaxRetryAttempts ?? int.MaxValue);
        _ending = CancellationTokenSource.CreateLinkedTokenSource(options.CancellationToken);
        if (options.Deadline is { } deadline && deadline != DateTime.MaxValue)
        {
            Deadline = deadline;
        }

        _attempt = Begin();
    }

    TResponse IAsyncStreamReader<TResponse>.Current => ((IAsyncStreamReader<TResponse>)_attempt).Current;

    private DateTime Deadline { get; } = DateTime.MaxValue;

    public async Task<TResponse> UnaryAsync(TRequest request)
    {
        while (true)
        {
            try
            {
                var response = await _attempt.UnaryAsync(request).ConfigureAwait(false);
                _channel.Retries.OnSuccess();
                _final.TrySetResult(_attempt);
                return response;
            }
            catch (Exception exception) when (exception is RpcException or OperationCanceledException)
            {
                if (!await NextAttemptAsync().ConfigureAwait(false))
                {
                    throw;
                }
            }
        }
    }

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var found = await ((IAsyncStreamReader<TResponse>)_attempt).MoveNext(cancellationToken).ConfigureAwait(false);
                if (_final.TrySetResult(_attempt))
                {
                    _channel.Retries.OnSuccess();
                }

                return found;
            }
            catch (Exception exception) when (exception is RpcException or OperationCanceledException && !_final.Task.IsCompleted)
            {
                if (!await NextAttemptAsync().ConfigureAwait(false))
                {
                    throw;
                }
            }
        }
    }

    public void Dispose()
    {
        _ending.Cancel();
        _attempt.Dispose();
    }

    private async Task<Metadata> HeadersAsync() =>
        await (await _final.Task.ConfigureAwait(false)).HeadersAsync().ConfigureAwait(false);

    private Call<TRequest, TResponse> Begin()
    {
        var attempt = _start(_attempts++);
        _ = Watch(attempt);
        return attempt;
    }

    /// <summary>Notes an attempt the server has begun to answer.</summary>
    private async Task Watch(CallBase attempt)
    {
        try
        {
            await attempt.HeadersAsync().ConfigureAwait(false);
            if (attempt.HasResponse)
            {
                _final.TrySetResult(attempt);
            }
        }
        catch (Exception exception) when (exception is RpcException or OperationCanceledException)
        {
            // Its end is handled where it is awaited.
        }
    }

    /// <summary>Waits and starts the next attempt; false when the outcome of this one stands.</summary>
    private async Task<bool> NextAttemptAsync()
    {
        var status = _attempt.GetStatus();
        var retryable = _policy.RetryableStatusCodes.Contains(status.StatusCode);
        if (retryable)
        {
            _channel.Retries.OnFailure();
        }

        if (!retryable
            || _attempt.HasResponse
            || _attempts >= _maxAttempts
            || _ending.IsCancellationRequested
            || !_channel.Retries.MayRetry
            || !TryGetWait(out var wait)
            || wait >= Deadline - _channel.Time.GetUtcNow().UtcDateTime)
        {
            _final.TrySetResult(_attempt);
            return false;
        }

        try
        {
            await Task.Delay(wait, _channel.Time, _ending.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _final.TrySetResult(_attempt);
            return false;
        }

        _attempt = Begin();
        if (_ending.IsCancellationRequested)
        {
            _attempt.Dispose();
        }

        return true;
    }

    /// <summary>What the server asks for, else a random part of a wait that grows with every attempt.</summary>
    private bool TryGetWait(out TimeSpan wait)
    {
        if (_attempt.GetTrailers().GetValue(Wire.RetryPushbackHeader) is { } pushback)
        {
            var given = int.TryParse(pushback, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var ms) && ms >= 0;
            wait = TimeSpan.FromMilliseconds(given ? ms : 0);
            return given;
        }

        var grown = _policy.InitialBackoff!.Value.TotalMilliseconds * Math.Pow(_policy.BackoffMultiplier!.Value, _attempts - 1);
        var longest = Math.Min(grown, _policy.MaxBackoff!.Value.TotalMilliseconds);
#pragma warning disable CA5394 // Spreads load; nothing secret.
        wait = TimeSpan.FromMilliseconds(longest * Random.Shared.NextDouble());
#pragma warning restore CA5394
        return true;
    }
}
