using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Makes the handlers of a service's methods when it is mapped.</summary>
internal sealed class CallHandlerFactory<TService>
    where TService : class
{
    private readonly ServiceSource<TService> _services;
    private readonly InterceptorSource[] _interceptors;
    private readonly MethodOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;

    public CallHandlerFactory(IServiceProvider root)
    {
        var all = root.GetRequiredService<IOptions<GrpcServiceOptions>>().Value;
        var one = root.GetRequiredService<IOptions<GrpcServiceOptions<TService>>>().Value;
        _options = MethodOptions.Merge(all, one);
        _services = new ServiceSource<TService>(root, _options.SuppressCreatingService);
        _interceptors = [.. _options.Interceptors.Select(r => new InterceptorSource(root, r))];
        _logger = root.GetRequiredService<ILoggerFactory>().CreateLogger("Grpc.AspNetCore.Server.ServerCallHandler");
        _time = root.GetService<TimeProvider>() ?? TimeProvider.System;
        IgnoreUnknown = one.IgnoreUnknownServices ?? all.IgnoreUnknownServices ?? false;
        IgnoreUnknownServices = all.IgnoreUnknownServices ?? false;
    }

    public ILogger Logger => _logger;

    /// <summary>Whether unknown methods of this service are left to other endpoints.</summary>
    public bool IgnoreUnknown { get; }

    /// <summary>Whether unknown services are left to other endpoints.</summary>
    public bool IgnoreUnknownServices { get; }

    public RequestDelegate Create<TRequest, TResponse>(
        Method<TRequest, TResponse> method, Model.UnaryServerMethod<TService, TRequest, TResponse> invoker)
        where TRequest : class
        where TResponse : class => new UnaryCallHandler<TRequest, TResponse>(
            method, Pipeline.Unary(_services, _interceptors, invoker), _options, _logger, _time).HandleAsync;

    public RequestDelegate Create<TRequest, TResponse>(
        Method<TRequest, TResponse> method, Model.ClientStreamingServerMethod<TService, TRequest, TResponse> invoker)
        where TRequest : class
        where TResponse : class => new ClientStreamingCallHandler<TRequest, TResponse>(
            method, Pipeline.ClientStreaming(_services, _interceptors, invoker), _options, _logger, _time).HandleAsync;

    public RequestDelegate Create<TRequest, TResponse>(
        Method<TRequest, TResponse> method, Model.ServerStreamingServerMethod<TService, TRequest, TResponse> invoker)
        where TRequest : class
        where TResponse : class => new ServerStreamingCallHandler<TRequest, TResponse>(
            method, Pipeline.ServerStreaming(_services, _interceptors, invoker), _options, _logger, _time).HandleAsync;

    public RequestDelegate Create<TRequest, TResponse>(
        Method<TRequest, TResponse> method, Model.DuplexStreamingServerMethod<TService, TRequest, TResponse> invoker)
        where TRequest : class
        where TResponse : class => new DuplexStreamingCallHandler<TRequest, TResponse>(
            method, Pipeline.DuplexStreaming(_services, _interceptors, invoker), _options, _logger, _time).HandleAsync;
}
