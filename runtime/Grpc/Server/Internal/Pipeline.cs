using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>
/// Strings a service method and its interceptors together once, when the service is mapped. A call then runs
/// through finished delegates; where instances are shared it passes without a state machine of its own.
/// </summary>
internal static class Pipeline
{
    public static UnaryServerMethod<TRequest, TResponse> Unary<TService, TRequest, TResponse>(
        ServiceSource<TService> services,
        IEnumerable<InterceptorSource> interceptors,
        Model.UnaryServerMethod<TService, TRequest, TResponse> invoker)
        where TService : class
        where TRequest : class
        where TResponse : class
    {
        UnaryServerMethod<TRequest, TResponse> next = (request, context) =>
            services.TryGetShared(out var shared)
                ? invoker(shared!, request, context)
                : UnaryWithService(services, invoker, request, context);
        foreach (var interceptor in interceptors.Reverse())
        {
            var inner = next;
            next = (request, context) => interceptor.Shared is { } shared
                ? shared.UnaryServerHandler(request, context, inner)
                : UnaryWithInterceptor(interceptor, request, context, inner);
        }

        return next;
    }

    // Unary calls have these of their own: a lambda that captures the request would cost every call an allocation,
    // also where it is not needed.
    private static async Task<TResponse> UnaryWithService<TService, TRequest, TResponse>(
        ServiceSource<TService> services,
        Model.UnaryServerMethod<TService, TRequest, TResponse> invoker,
        TRequest request,
        ServerCallContext context)
        where TService : class
        where TRequest : class
        where TResponse : class
    {
        var handle = services.Create(context);
        try
        {
            return await Started(invoker(handle.Instance, request, context));
        }
        finally
        {
            await services.ReleaseAsync(handle);
        }
    }

    private static async Task<TResponse> UnaryWithInterceptor<TRequest, TResponse>(
        InterceptorSource interceptor,
        TRequest request,
        ServerCallContext context,
        UnaryServerMethod<TRequest, TResponse> next)
        where TRequest : class
        where TResponse : class
    {
        var handle = interceptor.Create(context);
        try
        {
            return await Started(handle.Instance.UnaryServerHandler(request, context, next));
        }
        finally
        {
            await interceptor.ReleaseAsync(handle);
        }
    }

    public static ClientStreamingServerMethod<TRequest, TResponse> ClientStreaming<TService, TRequest, TResponse>(
        ServiceSource<TService> services,
        IEnumerable<InterceptorSource> interceptors,
        Model.ClientStreamingServerMethod<TService, TRequest, TResponse> invoker)
        where TService : class
        where TRequest : class
        where TResponse : class
    {
        ClientStreamingServerMethod<TRequest, TResponse> next = (requests, context) =>
            services.TryGetShared(out var shared)
                ? invoker(shared!, requests, context)
                : WithService(services, context, service => invoker(service, requests, context));
        foreach (var interceptor in interceptors.Reverse())
        {
            var inner = next;
            next = (requests, context) => interceptor.Shared is { } shared
                ? shared.ClientStreamingServerHandler(requests, context, inner)
                : WithInterceptor(interceptor, context, i => i.ClientStreamingServerHandler(requests, context, inner));
        }

        return next;
    }

    public static ServerStreamingServerMethod<TRequest, TResponse> ServerStreaming<TService, TRequest, TResponse>(
        ServiceSource<TService> services,
        IEnumerable<InterceptorSource> interceptors,
        Model.ServerStreamingServerMethod<TService, TRequest, TResponse> invoker)
        where TService : class
        where TRequest : class
        where TResponse : class
    {
        ServerStreamingServerMethod<TRequest, TResponse> next = (request, responses, context) =>
            services.TryGetShared(out var shared)
                ? invoker(shared!, request, responses, context)
                : WithService(services, context, async service =>
                {
                    await invoker(service, request, responses, context);
                    return true;
                });
        foreach (var interceptor in interceptors.Reverse())
        {
            var inner = next;
            next = (request, responses, context) => interceptor.Shared is { } shared
                ? shared.ServerStreamingServerHandler(request, responses, context, inner)
                : WithInterceptor(interceptor, context, async i =>
                {
                    await i.ServerStreamingServerHandler(request, responses, context, inner);
                    return true;
                });
        }

        return next;
    }

    public static DuplexStreamingServerMethod<TRequest, TResponse> DuplexStreaming<TService, TRequest, TResponse>(
        ServiceSource<TService> services,
        IEnumerable<InterceptorSource> interceptors,
        Model.DuplexStreamingServerMethod<TService, TRequest, TResponse> invoker)
        where TService : class
        where TRequest : class
        where TResponse : class
    {
        DuplexStreamingServerMethod<TRequest, TResponse> next = (requests, responses, context) =>
            services.TryGetShared(out var shared)
                ? invoker(shared!, requests, responses, context)
                : WithService(services, context, async service =>
                {
                    await invoker(service, requests, responses, context);
                    return true;
                });
        foreach (var interceptor in interceptors.Reverse())
        {
            var inner = next;
            next = (requests, responses, context) => interceptor.Shared is { } shared
                ? shared.DuplexStreamingServerHandler(requests, responses, context, inner)
                : WithInterceptor(interceptor, context, async i =>
                {
                    await i.DuplexStreamingServerHandler(requests, responses, context, inner);
                    return true;
                });
        }

        return next;
    }

    private static async Task<TResult> WithService<TService, TResult>(
        ServiceSource<TService> services, ServerCallContext context, Func<TService, Task<TResult>> call)
        where TService : class
    {
        var handle = services.Create(context);
        try
        {
            return await Started(call(handle.Instance));
        }
        finally
        {
            await services.ReleaseAsync(handle);
        }
    }

    private static async Task<TResult> WithInterceptor<TResult>(
        InterceptorSource interceptors, ServerCallContext context, Func<Interceptor, Task<TResult>> call)
    {
        var handle = interceptors.Create(context);
        try
        {
            return await Started(call(handle.Instance));
        }
        finally
        {
            await interceptors.ReleaseAsync(handle);
        }
    }

    private static Task<TResult> Started<TResult>(Task<TResult>? task) =>
        task ?? throw new RpcException(new Status(StatusCode.Cancelled, "No message returned from method."));
}
