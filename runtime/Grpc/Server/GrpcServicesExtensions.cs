using Grpc.AspNetCore.Server;
using Grpc.AspNetCore.Server.Internal;
using Grpc.AspNetCore.Server.Model;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds gRPC to the services of an application.</summary>
public static class GrpcServicesExtensions
{
    public static IGrpcServerBuilder AddGrpc(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddRouting();
        services.AddOptions();
        services.AddLogging();
        services.TryAddSingleton<MappedServices>();
        services.TryAddEnumerable(ServiceDescriptor.Transient<IStartupFilter, UnimplementedFallback>());
        services.TryAddSingleton(new ServiceLifetimes(services));
        services.TryAddSingleton(typeof(IGrpcServiceActivator<>), typeof(DefaultServiceActivator<>));
        services.TryAddSingleton(typeof(IGrpcInterceptorActivator<>), typeof(DefaultInterceptorActivator<>));
        services.TryAddEnumerable(ServiceDescriptor.Singleton(typeof(IServiceMethodProvider<>), typeof(BinderMethodProvider<>)));
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IServiceMethodProvider<DefinitionService>, DefinitionMethodProvider>());
        return new GrpcServerBuilder(services);
    }

    /// <param name="services">Where to add.</param>
    /// <param name="configureOptions">For all services.</param>
    public static IGrpcServerBuilder AddGrpc(this IServiceCollection services, Action<GrpcServiceOptions> configureOptions)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.Configure(configureOptions).AddGrpc();
    }

    /// <param name="grpcBuilder">From <c>AddGrpc</c>.</param>
    /// <param name="configure">For this service, over the options of all services.</param>
    public static IGrpcServerBuilder AddServiceOptions<TService>(
        this IGrpcServerBuilder grpcBuilder, Action<GrpcServiceOptions<TService>> configure)
        where TService : class
    {
        ArgumentNullException.ThrowIfNull(grpcBuilder);
        grpcBuilder.Services.Configure(configure);
        return grpcBuilder;
    }
}
