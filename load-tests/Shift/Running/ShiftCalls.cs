using System.Collections.Concurrent;
using Engine.LoadTests.Calls;
using Engine.LoadTests.Chaos.Traffic;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;

namespace Engine.LoadTests.Shift.Running;

/// <summary>
/// Calls of a shift: so many at a time at most, each with a request id and repeated while its outcome is unknown. A refusal is an
/// answer like any other - who is late gets one - and is counted by what the engine says.
/// </summary>
internal sealed class ShiftCalls(ClusterCaller caller, string run, int concurrency, TimeProvider time) : IDisposable
{
    private const string DetailsTrailer = "grpc-status-details-bin";
    private readonly SemaphoreSlim _room = new(concurrency);
    private readonly ConcurrentDictionary<string, long> _refusals = new(StringComparer.Ordinal);
    private long _requests;
    private long _failed;
    private long _made;
    private long _slowestTicks;

    /// <summary>Calls that were answered or given up.</summary>
    public long Made => Interlocked.Read(ref _made);

    /// <summary>Calls without an outcome after all attempts.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>The longest that a call took with all its attempts: how slow the machine was, or what a fault cost.</summary>
    public TimeSpan Slowest => TimeSpan.FromTicks(Interlocked.Read(ref _slowestTicks));

    public long Retries => caller.Retries;

    /// <summary>By method, status and reason.</summary>
    public IReadOnlyDictionary<string, long> Refusals => _refusals;

    public string NextId() => FormattableString.Invariant($"{run}-{Interlocked.Increment(ref _requests)}");

    /// <returns>The answer, or why there is none.</returns>
    public async Task<CallResult<TResponse>> TryAsync<TRequest, TResponse>(
        Func<EngineApi, TRequest, CallOptions, AsyncUnaryCall<TResponse>> method, TRequest request, Metadata headers,
        CancellationToken cancellationToken)
        where TRequest : IMessage
        where TResponse : class
    {
        await _room.WaitAsync(cancellationToken);
        var attempts = 0;
        var began = time.GetTimestamp();
        try
        {
            var first = (int)(Interlocked.Increment(ref _made) % int.MaxValue);
            return new CallResult<TResponse>(
                await caller.CallAsync(first, method, request, headers, () => attempts++, cancellationToken), false, null);
        }
        catch (RpcException e) when (!cancellationToken.IsCancellationRequested)
        {
            var reason = ReasonOf(e);
            _refusals.AddOrUpdate($"{typeof(TRequest).Name}: {e.StatusCode} {reason}", 1, (_, n) => n + 1);
            var unknown = RetryingCaller.IsRetryable(e, out _) || e.StatusCode is StatusCode.Internal or StatusCode.Unknown;
            if (unknown) Interlocked.Increment(ref _failed);
            // An earlier attempt may have done what a later one was refused.
            return new CallResult<TResponse>(null, unknown || attempts > 1, reason);
        }
        catch (RpcException e) when (cancellationToken.IsCancellationRequested)
        {
            // The end of the day, which those who are in a call take like everybody else.
            throw new OperationCanceledException("The shift is over.", e, cancellationToken);
        }
        finally
        {
            SeeDuration(time.GetElapsedTime(began).Ticks);
            _room.Release();
        }
    }

    public void Dispose() => _room.Dispose();

    private void SeeDuration(long ticks)
    {
        long seen;
        while (ticks > (seen = Interlocked.Read(ref _slowestTicks)) && Interlocked.CompareExchange(ref _slowestTicks, ticks, seen) != seen)
        {
            // Another call was slower than what was seen, too.
        }
    }

    private static string ReasonOf(RpcException e)
    {
        if (e.Trailers.GetValueBytes(DetailsTrailer) is not { } bytes) return e.Status.Detail;
        try
        {
            foreach (var detail in Google.Rpc.Status.Parser.ParseFrom(bytes).Details)
            {
                if (detail.TryUnpack<ErrorInfo>(out var info)) return info.Reason;
            }
        }
        catch (InvalidProtocolBufferException)
        {
            // The sentence has to do.
        }

        return e.Status.Detail;
    }
}
