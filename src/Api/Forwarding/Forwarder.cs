using System.Diagnostics;
using Engine.Api.Authentication;
using Engine.Api.Errors;
using Engine.Api.Positions;
using Engine.Internal.V1;
using Grpc.Core;

namespace Engine.Api.Forwarding;

/// <summary>
/// Sends a request on to its grain and turns the reply into the response.
/// </summary>
/// <remarks>
/// A command that lost its fence - another activation of the same actor wrote first - was not carried out, and the one
/// that answers next knows the newest state; so the same request is sent again here, where it costs a millisecond, rather
/// than by every client. The request id makes that safe even if it had been carried out. All other failures have an
/// unknown outcome and go to the client, who alone knows how long to try.
/// Calls are static lambdas over their arguments, so that forwarding allocates nothing but the call itself.
/// </remarks>
internal sealed class Forwarder(WrittenPositions written, TimeProvider time)
{
    /// <summary>Trailing metadata: where a mutation stands in the journal.</summary>
    public const string PositionKey = "engine-position";

    private const int TriesMax = 4;
    private const int DelayMs = 5;

    /// <summary>Sends a mutation; its position goes into the trailers.</summary>
    /// <exception cref="RejectedException">The grain refused.</exception>
    public async Task<TResult> MutateAsync<TGrain, TRequest, TReply, TResult>(
        ServerCallContext context,
        ReplyShape<TReply, TResult> shape,
        TGrain grain,
        TRequest request,
        Func<TGrain, TRequest, Caller, Task<TReply>> call)
        where TResult : class
    {
        var reply = await SendAsync(context, shape, grain, request, call);
        return Complete(context, shape, reply);
    }

    /// <summary>Sends a mutation and hands back the reply as it is, for callers who go on from a refusal.</summary>
    public async Task<TReply> SendAsync<TGrain, TRequest, TReply, TResult>(
        ServerCallContext context,
        ReplyShape<TReply, TResult> shape,
        TGrain grain,
        TRequest request,
        Func<TGrain, TRequest, Caller, Task<TReply>> call)
        where TResult : class
    {
        var caller = Principal.Of(context).Caller;
        for (var attempt = 1; ; attempt++)
        {
            // Whoever gave up is not waited for: while grains cannot answer, calls would pile up that nobody listens to.
            var reply = await call(grain, request, caller).WaitAsync(context.CancellationToken);
            if (attempt == TriesMax || shape.Rejection(reply) is not { Reason: Reasons.FenceLost }) return reply;
            // Jitter, or two that collided collide again.
            var delayMs = DelayMs * attempt + Random.Shared.Next(DelayMs * attempt);
            await Task.Delay(TimeSpan.FromMilliseconds(delayMs), time, context.CancellationToken);
        }
    }

    /// <summary>The result of a mutation's reply; notes its position.</summary>
    /// <exception cref="RejectedException">The grain refused.</exception>
    public TResult Complete<TReply, TResult>(ServerCallContext context, ReplyShape<TReply, TResult> shape, TReply reply)
        where TResult : class
    {
        var result = ResultOf(shape, reply);
        if (shape.Position(reply) is { } position)
        {
            var principal = Principal.Of(context);
            written.Remember(principal, position);
            context.ResponseTrailers.Add(PositionKey, PositionToken.OfWrite(principal.Workspace, position));
        }

        return result;
    }

    /// <summary>The result of a reply.</summary>
    /// <exception cref="RejectedException">The grain refused.</exception>
    public static TResult ResultOf<TReply, TResult>(ReplyShape<TReply, TResult> shape, TReply reply)
        where TResult : class
    {
        if (shape.Rejection(reply) is { } rejection) throw Refuse.Because(rejection);
        return shape.Result(reply) ?? throw new UnreachableException("A grain's reply has neither result nor rejection.");
    }
}
