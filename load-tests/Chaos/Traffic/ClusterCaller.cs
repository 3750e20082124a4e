using Engine.LoadTests.Calls;
using Google.Protobuf;
using Grpc.Core;

namespace Engine.LoadTests.Chaos.Traffic;

/// <summary>
/// Makes a call until its outcome is known, through any of several gateways: each attempt that fails goes to the next one, as a
/// client with a list of addresses would. See <see cref="RetryingCaller"/> for what may be repeated.
/// </summary>
internal sealed class ClusterCaller(IReadOnlyList<EngineApi> gateways, RetryOptions options, TimeProvider time)
{
    private long _retries;

    /// <summary>Attempts beyond the first, over all calls.</summary>
    public long Retries => Interlocked.Read(ref _retries);

    /// <param name="first">Which gateway gets the first attempt.</param>
    /// <param name="onAttempt">Told of each attempt before it is made.</param>
    /// <exception cref="RpcException">The engine refused, or the time for the call is over.</exception>
    public async Task<TResponse> CallAsync<TRequest, TResponse>(
        int first,
        Func<EngineApi, TRequest, CallOptions, AsyncUnaryCall<TResponse>> method,
        TRequest request,
        Metadata headers,
        Action? onAttempt,
        CancellationToken cancellationToken)
        where TRequest : IMessage
    {
        var begin = time.GetTimestamp();
        var pause = options.Pause;
        for (var attempt = 0; ; attempt++)
        {
            TimeSpan wait;
            var gateway = gateways[(int)((uint)(first + attempt) % (uint)gateways.Count)];
            onAttempt?.Invoke();
            try
            {
                var deadline = (time.GetUtcNow() + options.Attempt).UtcDateTime;
                using var call = method(gateway, request, new CallOptions(headers, deadline, cancellationToken));
                return await call.ResponseAsync.ConfigureAwait(false);
            }
            catch (RpcException e) when (!cancellationToken.IsCancellationRequested && RetryingCaller.IsRetryable(e, out var told))
            {
                wait = told ?? pause * (0.5 + Random.Shared.NextDouble() / 2);
                if (time.GetElapsedTime(begin) + wait > options.Call) throw;
            }

            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, options.PauseMax.Ticks));
            Interlocked.Increment(ref _retries);
        }
    }
}
