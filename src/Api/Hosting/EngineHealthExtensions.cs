using Engine.Api.Health;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Engine.Api;

/// <summary>Registers and maps grpc.health.v1 alone, for a process that has not got what the rest of the edge needs yet.</summary>
public static class EngineHealthExtensions
{
    /// <summary>Adds what it needs. It says NOT_SERVING until the host sets <see cref="IServingStatus"/>.</summary>
    public static IServiceCollection AddEngineHealth(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddGrpc();
        services.TryAddSingleton<IServingStatus, ServingStatus>();
        services.AddSingleton<HealthApi>();
        return services;
    }

    /// <summary>Maps it.</summary>
    public static IEndpointRouteBuilder MapEngineHealth(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        endpoints.MapGrpcService<HealthApi>();
        return endpoints;
    }
}
