using Grpc.AspNetCore.Server.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Makes endpoints of a service's methods, and of those it does not have.</summary>
internal static class ServiceMapper
{
    private static readonly RoutePattern AnyService = RoutePatternFactory.Parse(
        "{unimplementedService}/{unimplementedMethod}",
        defaults: null,
        parameterPolicies: new { unimplementedMethod = new GrpcRequestConstraint() });

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

        MapUnimplemented(endpoints, factory, context, builders);
        return builders;
    }

    private static void MapUnimplemented<TService>(
        IEndpointRouteBuilder endpoints,
        CallHandlerFactory<TService> factory,
        ServiceMethodProviderContext<TService> context,
        List<IEndpointConventionBuilder> builders)
        where TService : class
    {
        var logger = factory.Logger;
        var registry = endpoints.ServiceProvider.GetRequiredService<MappedServices>();
        if (!factory.IgnoreUnknownServices && registry.TryAdd("*"))
        {
            builders.Add(endpoints.Map(AnyService, Unimplemented("Service is unimplemented."))
                .Add("gRPC - Unimplemented service", [new HttpMethodMetadata(["POST"])]));
        }

        foreach (var service in context.Methods.Select(m => m.Method.ServiceName).Distinct())
        {
            if (!factory.IgnoreUnknown && registry.TryAdd(service))
            {
                var pattern = RoutePatternFactory.Parse(
                    service + "/{unimplementedMethod}",
                    defaults: null,
                    parameterPolicies: new { unimplementedMethod = new GrpcRequestConstraint() });
                builders.Add(endpoints.Map(pattern, Unimplemented("Method is unimplemented."))
                    .Add($"gRPC - Unimplemented method for {service}", [new HttpMethodMetadata(["POST"])]));
            }
        }

        RequestDelegate Unimplemented(string message) => http => RequestChecks.Unimplemented(http, logger, message);
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
