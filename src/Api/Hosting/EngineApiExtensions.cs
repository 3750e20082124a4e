using Engine.Api.Authentication;
using Engine.Api.Cluster;
using Engine.Api.Forwarding;
using Engine.Api.Health;
using Engine.Api.Hosting;
using Engine.Api.Positions;
using Engine.Api.Reflection;
using Engine.Api.Services;
using Engine.Api.Signals;
using Engine.Api.Streams;
using Engine.Api.Telemetry;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Engine.Api;

/// <summary>Registers and maps the gRPC edge.</summary>
public static class EngineApiExtensions
{
    /// <summary>
    /// Adds the services of the edge. The host has to offer <c>IGrainFactory</c>, and from the engine's grains
    /// <c>IListings</c>, <c>IEventReader</c>, <c>IConsumerStore</c> and <c>IIdentityKeys</c>; and <see cref="IProcess"/> and
    /// <see cref="OperatorAccess"/> for ClusterService; and memory streams named <see cref="ActivityStreams.Provider"/>. Calls are answered as soon as
    /// Kestrel listens; health says NOT_SERVING until the host sets <see cref="IServingStatus"/>.
    /// </summary>
    public static IServiceCollection AddEngineApi(this IServiceCollection services, Action<ApiOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = services.AddOptions<ApiOptions>().ValidateDataAnnotations().ValidateOnStart();
        if (configure is not null) options.Configure(configure);

        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.AddGrpc(grpc => grpc.Interceptors.Add<EdgeInterceptor>());
        services.AddOptions<GrpcServiceOptions>()
            .Configure<IOptions<ApiOptions>>(static (grpc, api) => grpc.MaxReceiveMessageSize = api.Value.MessageBytesMax);
        services.AddSingleton<IStartupFilter, MalformedCallStartupFilter>();

        services.AddSingleton<EdgeInterceptor>();
        services.AddSingleton<ApiMetrics>();
        services.AddSingleton<IApiCounts>(static provider => provider.GetRequiredService<ApiMetrics>());
        services.AddSingleton<KeyRing>();
        services.AddSingleton<WorkspaceSettings>();
        services.AddSingleton<WrittenPositions>();
        services.AddSingleton<ListBarrier>();
        services.AddSingleton<Forwarder>();
        services.AddSingleton<StreamGate>();
        services.AddSingleton<ConversationLists>();
        services.AddSingleton<CatalogReader>();
        services.AddSingleton<AssignmentExplainer>();
        services.AddSingleton<ActivityHub>();
        services.AddSingleton<ActivityLimiter>();
        services.AddSingleton<ConversationPeople>();
        services.AddSingleton<DescriptorIndex>();
        services.TryAddSingleton<IServingStatus, ServingStatus>();

        // Without state of their own, so one of each serves all calls.
        services.AddSingleton<ConversationApi>();
        services.AddSingleton<CustomerApi>();
        services.AddSingleton<AgentApi>();
        services.AddSingleton<QueueApi>();
        services.AddSingleton<SlaQuestions>();
        services.AddSingleton<SlaApi>();
        services.AddSingleton<InboundApi>();
        services.AddSingleton<EventApi>();
        services.AddSingleton<WorkspaceApi>();
        services.AddSingleton<ClusterReader>();
        services.AddSingleton<ClusterApi>();
        services.AddSingleton<HealthApi>();
        services.AddSingleton<ReflectionApi>();
        return services;
    }

    /// <summary>Maps the services, health and reflection.</summary>
    public static IEndpointRouteBuilder MapEngineApi(this IEndpointRouteBuilder endpoints, ApiSurface surface = ApiSurface.Whole)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        endpoints.MapGrpcService<ClusterApi>();
        endpoints.MapGrpcService<HealthApi>();
        endpoints.MapGrpcService<ReflectionApi>();
        if (surface == ApiSurface.Operator) return endpoints;
        endpoints.MapGrpcService<ConversationApi>();
        endpoints.MapGrpcService<CustomerApi>();
        endpoints.MapGrpcService<AgentApi>();
        endpoints.MapGrpcService<QueueApi>();
        endpoints.MapGrpcService<SlaApi>();
        endpoints.MapGrpcService<InboundApi>();
        endpoints.MapGrpcService<EventApi>();
        endpoints.MapGrpcService<WorkspaceApi>();
        return endpoints;
    }
}
