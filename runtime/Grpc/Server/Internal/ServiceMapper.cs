using Grpc.AspNetCore.Server.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Makes endpoints of a service's methods.</summary>
internal static class ServiceMapper
{
    public static List<IEndpointConventionBuilder> Map<TService>(IEndpointRouteBuilder endpoints, object? argument)
        where TService : class
    {
        var factory = new CallHandlerFactory<TService>(endpoints.ServiceProvider);
        var context = new ServiceMethodProviderContext<TService>(factory, argument);
        foreach (var provider in endpoints.ServiceProvider.GetServices<IServiceMethodProvider<TService>>())
        {
            provider.OnServiceMethodDiscovery(context);
        }

        var builders = new List<IEndpointConventionBuilder>();
        foreach (var mapped in context.Methods)
        {
            builders.Add(endpoints.Map(mapped.Pattern, mapped.Handler).Add(
                $"gRPC - {mapped.Method.FullName}",
                [.. mapped.Metadata, new GrpcMethodMetadata(typeof(TService), mapped.Method)]));
            GrpcServerLog.Mapped(factory.Logger, mapped.Method.FullName, typeof(TService));
        }

        var mappedServices = endpoints.ServiceProvider.GetRequiredService<MappedServices>();
        mappedServices.IgnoreUnknownServices = factory.IgnoreUnknownServices;
        foreach (var service in context.Methods.Select(m => m.Method.ServiceName).Distinct())
        {
            mappedServices.Add(service, factory.IgnoreUnknown);
        }

        return builders;
    }

    private static IEndpointConventionBuilder Add(
        this IEndpointConventionBuilder builder, string displayName, IEnumerable<object> metadata)
    {
        builder.Add(endpoint =>
        {
            endpoint.DisplayName = displayName;
            foreach (var item in metadata)
            {
                endpoint.Metadata.Add(item);
            }
        });
        return builder;
    }
}
