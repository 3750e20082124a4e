using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Where calls find the instances of one registered interceptor.</summary>
internal sealed class InterceptorSource
{
    private readonly IServiceProvider _root;
    private readonly InterceptorRegistration _registration;
    private readonly IGrpcInterceptorActivator _activator;
    private readonly bool _singleton;
    private readonly bool _fromRoot;
    private Interceptor? _shared;

    public InterceptorSource(IServiceProvider root, InterceptorRegistration registration)
    {
        _root = root;
        _registration = registration;
        _activator = (IGrpcInterceptorActivator)root.GetRequiredService(
            typeof(IGrpcInterceptorActivator<>).MakeGenericType(registration.Type));
        if (_activator.GetType() == typeof(DefaultInterceptorActivator<>).MakeGenericType(registration.Type))
        {
            var lifetimes = root.GetRequiredService<ServiceLifetimes>();
            var registered = registration.Arguments.Count == 0 && lifetimes.IsRegistered(registration.Type);
            _singleton = registered && lifetimes.IsSingleton(registration.Type);
            _fromRoot = !registered && lifetimes.TakesOnlySingletons(registration.Type, registration.Arguments);
        }
    }

    public Interceptor? Shared => _singleton ? _shared ??= _activator.Create(_root, _registration).Instance : null;

    public GrpcActivatorHandle<Interceptor> Create(ServerCallContext context) =>
        _activator.Create(_fromRoot ? _root : context.GetHttpContext().RequestServices, _registration);

    public ValueTask ReleaseAsync(GrpcActivatorHandle<Interceptor> handle) => _activator.ReleaseAsync(handle);
}
