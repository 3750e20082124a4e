using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;

namespace Engine.LoadTests.Calls;

/// <summary>
/// Makes a call until its outcome is known.
/// </summary>
/// <remarks>
/// A call whose answer never came may have been done or not. Giving up would leave the message in doubt; sending it as a new
/// request could double it. The request carries its own <c>request_id</c> (or a channel's message id), so the very same
/// request is sent again until an answer comes: the engine answers a repetition with the original response. Repeated are
/// UNAVAILABLE and DEADLINE_EXCEEDED, where the outcome is unknown, and whatever carries a <c>RetryInfo</c>, which is the
/// engine's word that the same request may succeed later; and RESOURCE_EXHAUSTED without details, which is not the engine's
/// but HTTP/2's (ENHANCE_YOUR_CALM, when many calls are given up at once). Every other error is an answer.
/// </remarks>
internal sealed class RetryingCaller(RetryOptions options, TimeProvider time)
{
    private const string DetailsTrailer = "grpc-status-details-bin";
    private long _retries;

    /// <summary>Attempts beyond the first, over all calls.</summary>
    public long Retries => Interlocked.Read(ref _retries);

    /// <exception cref="RpcException">The engine refused, or the time for the call is over.</exception>
    public async Task<TResponse> CallAsync<TRequest, TResponse>(
        Func<TRequest, CallOptions, AsyncUnaryCall<TResponse>> method,
        TRequest request,
        Metadata headers,
        CancellationToken cancellationToken)
        where TRequest : IMessage
    {
        var begin = time.GetTimestamp();
        var pause = options.Pause;
        while (true)
        {
            TimeSpan wait;
            try
            {
                var deadline = (time.GetUtcNow() + options.Attempt).UtcDateTime;
                using var call = method(request, new CallOptions(headers, deadline, cancellationToken));
                return await call.ResponseAsync.ConfigureAwait(false);
            }
            catch (RpcException e) when (!cancellationToken.IsCancellationRequested && IsRetryable(e, out var told))
            {
                // Spread over half the pause, so that callers who failed together do not come back together.
                wait = told ?? pause * (0.5 + Random.Shared.NextDouble() / 2);
                if (time.GetElapsedTime(begin) + wait > options.Call) throw;
            }

            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, options.PauseMax.Ticks));
            Interlocked.Increment(ref _retries);
        }
    }

    /// <param name="delay">How long the engine asks to wait, if it does.</param>
    internal static bool IsRetryable(RpcException exception, out TimeSpan? delay)
    {
        delay = RetryDelay(exception.Trailers);
        return delay is not null
            || exception.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded
            || (exception.StatusCode == StatusCode.ResourceExhausted && exception.Trailers.GetValueBytes(DetailsTrailer) is null);
    }

    private static TimeSpan? RetryDelay(Metadata trailers)
    {
        if (trailers.GetValueBytes(DetailsTrailer) is not { } bytes) return null;
        try
        {
            foreach (var detail in Google.Rpc.Status.Parser.ParseFrom(bytes).Details)
            {
                if (detail.TryUnpack<RetryInfo>(out var info)) return info.RetryDelay?.ToTimeSpan() ?? TimeSpan.Zero;
            }
        }
        catch (InvalidProtocolBufferException)
        {
            // Details that cannot be read say nothing about retrying.
        }

        return null;
    }
}
