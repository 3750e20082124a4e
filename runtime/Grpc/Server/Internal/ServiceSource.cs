using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Where the calls of a service find their instance.</summary>
internal sealed class ServiceSource<TService>
    where TService : class
{
    private readonly IServiceProvider _root;
    private readonly IGrpcServiceActivator<TService> _activator;
    private readonly bool _none;
    private readonly bool _singleton;
    private readonly bool _fromRoot;
    private TService? _shared;

    public ServiceSource(IServiceProvider root, bool suppressCreating)
    {
        _root = root;
        _none = suppressCreating;
        _activator = root.GetRequiredService<IGrpcServiceActivator<TService>>();
        if (_activator is DefaultServiceActivator<TService>)
        {
            var lifetimes = root.GetRequiredService<ServiceLifetimes>();
            _singleton = lifetimes.IsSingleton(typeof(TService));
            _fromRoot = !lifetimes.IsRegistered(typeof(TService)) && lifetimes.TakesOnlySingletons(typeof(TService), []);
        }
    }

    /// <summary>The instance all calls share, if there is one.</summary>
    public bool TryGetShared(out TService? service)
    {
        if (_singleton)
        {
            _shared ??= _root.GetRequiredService<TService>();
        }

        service = _shared;
        return _none || service is not null;
    }

    public GrpcActivatorHandle<TService> Create(ServerCallContext context) =>
        _activator.Create(_fromRoot ? _root : context.GetHttpContext().RequestServices);

    public ValueTask ReleaseAsync(GrpcActivatorHandle<TService> handle) => _activator.ReleaseAsync(handle);
}
