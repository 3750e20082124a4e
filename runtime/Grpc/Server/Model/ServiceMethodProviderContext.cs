using Grpc.AspNetCore.Server.Internal;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Grpc.AspNetCore.Server.Model;

/// <summary>Collects the methods of a service that is being mapped.</summary>
public class ServiceMethodProviderContext<TService>
    where TService : class
{
    private readonly CallHandlerFactory<TService> _factory;

    internal ServiceMethodProviderContext(CallHandlerFactory<TService> factory, object? argument)
    {
        _factory = factory;
        Argument = argument;
    }

    /// <summary>What the service was mapped with, if not a type.</summary>
    public object? Argument { get; }

    internal List<MappedMethod> Methods { get; } = [];

    public void AddUnaryMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, IList<object> metadata, UnaryServerMethod<TService, TRequest, TResponse> invoker)
        where TRequest : class
        where TResponse : class =>
        Add(method, metadata, _factory.Create(method, invoker));

    public void AddServerStreamingMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method,
        IList<object> metadata,
        ServerStreamingServerMethod<TService, TRequest, TResponse> invoker)
        where TRequest : class
        where TResponse : class =>
        Add(method, metadata, _factory.Create(method, invoker));

    public void AddClientStreamingMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method,
        IList<object> metadata,
        ClientStreamingServerMethod<TService, TRequest, TResponse> invoker)
        where TRequest : class
        where TResponse : class =>
        Add(method, metadata, _factory.Create(method, invoker));

    public void AddDuplexStreamingMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method,
        IList<object> metadata,
        DuplexStreamingServerMethod<TService, TRequest, TResponse> invoker)
        where TRequest : class
        where TResponse : class =>
        Add(method, metadata, _factory.Create(method, invoker));

    public void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, RoutePattern pattern, IList<object> metadata, RequestDelegate invoker)
        where TRequest : class
        where TResponse : class =>
        Methods.Add(new MappedMethod(method, pattern, metadata, invoker));

    private void Add(IMethod method, IList<object> metadata, RequestDelegate handler) =>
        Methods.Add(new MappedMethod(method, RoutePatternFactory.Parse(method.FullName), metadata, handler));
}
