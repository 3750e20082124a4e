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
        if (route.HasAttempts)
        {
            var attempts = new RetryCall<TRequest, TResponse>(channel, route, method, host, options);
            attempts.Start(request);
            return new AsyncUnaryCall<TResponse>(
                attempts.ResponseAsync(),
                RetryCall<TRequest, TResponse>.HeadersFunction,
                RetryCall<TRequest, TResponse>.StatusFunction,
                RetryCall<TRequest, TResponse>.TrailersFunction,
                RetryCall<TRequest, TResponse>.DisposeFunction,
                attempts);
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
        if (route.HasAttempts)
        {
            var attempts = new RetryCall<TRequest, TResponse>(channel, route, method, host, options);
            attempts.Start(request);
            return new AsyncServerStreamingCall<TResponse>(
                attempts,
                RetryCall<TRequest, TResponse>.HeadersFunction,
                RetryCall<TRequest, TResponse>.StatusFunction,
                RetryCall<TRequest, TResponse>.TrailersFunction,
                RetryCall<TRequest, TResponse>.DisposeFunction,
                attempts);
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
        var route = channel.RouteOf(method);
        if (route.HasAttempts)
        {
            var attempts = new RetryCall<TRequest, TResponse>(channel, route, method, host, options);
            attempts.Start();
            return new AsyncClientStreamingCall<TRequest, TResponse>(
                attempts,
                attempts.ResponseAsync(),
                RetryCall<TRequest, TResponse>.HeadersFunction,
                RetryCall<TRequest, TResponse>.StatusFunction,
                RetryCall<TRequest, TResponse>.TrailersFunction,
                RetryCall<TRequest, TResponse>.DisposeFunction,
                attempts);
        }

        var call = new Call<TRequest, TResponse>(channel, route, method, host, options);
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
        var route = channel.RouteOf(method);
        if (route.HasAttempts)
        {
            var attempts = new RetryCall<TRequest, TResponse>(channel, route, method, host, options);
            attempts.Start();
            return new AsyncDuplexStreamingCall<TRequest, TResponse>(
                attempts,
                attempts,
                RetryCall<TRequest, TResponse>.HeadersFunction,
                RetryCall<TRequest, TResponse>.StatusFunction,
                RetryCall<TRequest, TResponse>.TrailersFunction,
                RetryCall<TRequest, TResponse>.DisposeFunction,
                attempts);
        }

        var call = new Call<TRequest, TResponse>(channel, route, method, host, options);
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
