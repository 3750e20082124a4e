using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>
/// Answers, when services are mapped, whether a type needs a scope of its own for every call. The scope is the
/// most expensive part of creating a service; one that takes only singletons does without.
/// </summary>
internal sealed class ServiceLifetimes(IServiceCollection services)
{
    public bool IsRegistered(Type type) => Find(type) is not null;

    public bool IsSingleton(Type type) => Find(type)?.Lifetime == ServiceLifetime.Singleton;

    /// <summary>Whether the only constructor can be served by the root provider, besides the given arguments.</summary>
    public bool TakesOnlySingletons(Type type, IReadOnlyList<object> arguments)
    {
        var constructors = type.GetConstructors();
        return constructors.Length == 1 && Array.TrueForAll(
            constructors[0].GetParameters(),
            p => p.GetCustomAttributesData().Count == 0
                && (IsSingleton(p.ParameterType) || arguments.Any(p.ParameterType.IsInstanceOfType)));
    }

    private ServiceDescriptor? Find(Type type)
    {
        // Open generics are singletons too (ILogger<T>, IOptions<T>).
        var open = type.IsConstructedGenericType ? type.GetGenericTypeDefinition() : null;
        ServiceDescriptor? generic = null;
        for (var i = services.Count - 1; i >= 0; i--)
        {
            var service = services[i];
            if (service.IsKeyedService)
            {
                continue;
            }

            if (service.ServiceType == type)
            {
                return service;
            }

            if (open is not null && service.ServiceType == open)
            {
                generic ??= service;
            }
        }

        return generic;
    }
}
