using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>Starts calls over a channel.</summary>
internal sealed class HttpCallInvoker(GrpcChannel channel) : CallInvoker
{
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        AsyncUnaryCall(method, host, options, request).GetAwaiter().GetResult();

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        Check(method, MethodType.Unary);
        ArgumentNullException.ThrowIfNull(request);
        var route = channel.RouteOf(method);
        if (route.Retry is { } policy)
        {
            var retrying = new RetryCall<TRequest, TResponse>(
                channel,
                policy,
                options,
                previous => new Call<TRequest, TResponse>(channel, route, method, host, options) { PreviousAttempts = previous });
            return new AsyncUnaryCall<TResponse>(
                retrying.UnaryAsync(request),
                RetryCall<TRequest, TResponse>.HeadersFunction,
                RetryCall<TRequest, TResponse>.StatusFunction,
                RetryCall<TRequest, TResponse>.TrailersFunction,
                RetryCall<TRequest, TResponse>.DisposeFunction,
                retrying);
        }

        var call = new Call<TRequest, TResponse>(channel, route, method, host, options);
        return new AsyncUnaryCall<TResponse>(
            call.UnaryAsync(request),
            CallBase.HeadersFunction,
            CallBase.StatusFunction,
            CallBase.TrailersFunction,
            CallBase.DisposeFunction,
            call);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        Check(method, MethodType.ServerStreaming);
        ArgumentNullException.ThrowIfNull(request);
        var route = channel.RouteOf(method);
        if (route.Retry is { } policy)
        {
            var retrying = new RetryCall<TRequest, TResponse>(channel, policy, options, previous =>
            {
                var attempt = new Call<TRequest, TResponse>(channel, route, method, host, options) { PreviousAttempts = previous };
                attempt.StartServerStreaming(request);
                return attempt;
            });
            return new AsyncServerStreamingCall<TResponse>(
                retrying,
                RetryCall<TRequest, TResponse>.HeadersFunction,
                RetryCall<TRequest, TResponse>.StatusFunction,
                RetryCall<TRequest, TResponse>.TrailersFunction,
                RetryCall<TRequest, TResponse>.DisposeFunction,
                retrying);
        }

        var call = new Call<TRequest, TResponse>(channel, route, method, host, options);
        call.StartServerStreaming(request);
        return new AsyncServerStreamingCall<TResponse>(
            call,
            CallBase.HeadersFunction,
            CallBase.StatusFunction,
            CallBase.TrailersFunction,
            CallBase.DisposeFunction,
            call);
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        Check(method, MethodType.ClientStreaming);
        var call = new Call<TRequest, TResponse>(channel, channel.RouteOf(method), method, host, options);
        var response = call.ClientStreamingAsync();
        return new AsyncClientStreamingCall<TRequest, TResponse>(
            call,
            response,
            CallBase.HeadersFunction,
            CallBase.StatusFunction,
            CallBase.TrailersFunction,
            CallBase.DisposeFunction,
            call);
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        Check(method, MethodType.DuplexStreaming);
        var call = new Call<TRequest, TResponse>(channel, channel.RouteOf(method), method, host, options);
        call.StartDuplexStreaming();
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(
            call,
            call,
            CallBase.HeadersFunction,
            CallBase.StatusFunction,
            CallBase.TrailersFunction,
            CallBase.DisposeFunction,
            call);
    }

    private void Check(IMethod method, MethodType type)
    {
        channel.CheckNotDisposed();
        if (method.Type != type)
        {
            throw new ArgumentException($"Method '{method.FullName}' is {method.Type}, not {type}.", nameof(method));
        }
    }
}
