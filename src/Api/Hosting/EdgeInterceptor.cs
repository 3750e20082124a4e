using Engine.Api.Authentication;
using Engine.Api.Cluster;
using Engine.Api.Errors;
using Engine.Api.Telemetry;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;

namespace Engine.Api.Hosting;

/// <summary>
/// What happens around every call, in this order: measure, find out who calls, ask the table whether they may, run the
/// method, and turn whatever it threw into a status. One interceptor rather than four, because each costs a state machine
/// for each call and their order is the point.
/// </summary>
internal sealed class EdgeInterceptor(KeyRing keys, OperatorAccess operators, ApiMetrics metrics, TimeProvider time, ILogger<EdgeInterceptor> logger) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        Reached.Mark(context);
        var start = time.GetTimestamp();
        var status = StatusCode.OK;
        using var activity = CallActivity.Start(context);
        try
        {
            await EnterAsync(context);
            return await continuation(request, context);
        }
        catch (Exception e)
        {
            var error = Map(context, e);
            status = error.StatusCode;
            throw error;
        }
        finally
        {
            CallActivity.End(activity, status);
            metrics.OnRequestEnded(context.Method, status, time.GetElapsedTime(start));
        }
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        StreamAsync(context, () => continuation(request, responseStream, context));

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        StreamAsync(context, () => continuation(requestStream, responseStream, context));

    private async Task StreamAsync(ServerCallContext context, Func<Task> run)
    {
        Reached.Mark(context);
        var status = StatusCode.OK;
        try
        {
            await EnterAsync(context);
            await run();
        }
        catch (Exception e)
        {
            var error = Map(context, e);
            status = error.StatusCode;
            throw error;
        }
        finally
        {
            metrics.OnStreamEnded(context.Method, status);
        }
    }

    private async ValueTask EnterAsync(ServerCallContext context)
    {
        if (RoleTable.IsOpen(context.Method)) return;
        if (RoleTable.IsOperators(context.Method))
        {
            operators.Require(context.RequestHeaders.GetValue("authorization"));
            return;
        }

        var principal = await keys.AuthenticateAsync(context.RequestHeaders.GetValue("authorization"));
        RoleTable.Require(context.Method, principal);
        principal.Enter(context);
    }

    private RpcException Map(ServerCallContext context, Exception exception)
    {
        // A client that is gone makes writes and reads fail in many ways; none of them is news.
        var isGone = context.CancellationToken.IsCancellationRequested && exception is not (RejectedException or RpcException);
        var deadlinePassed = isGone && context.Deadline <= time.GetUtcNow().UtcDateTime;
        var error = ErrorMapping.ToRpcException(
            isGone ? new OperationCanceledException(context.CancellationToken) : exception, deadlinePassed, out var isUnexpected);
        if (isUnexpected) logger.CallFailed(context.Method, exception);
        return error;
    }
}
