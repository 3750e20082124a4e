using System.Reflection;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Finds the methods of a service class through the bind method of its generated base.</summary>
internal sealed class BinderMethodProvider<TService> : IServiceMethodProvider<TService>
    where TService : class
{
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<TService> context)
    {
        if (typeof(TService) == typeof(DefinitionService))
        {
            return;
        }

        var bind = FindBindMethod()
            ?? throw new InvalidOperationException($"Unable to find gRPC service methods of {typeof(TService).Name}: it does not inherit from a generated service base.");
        bind.Invoke(null, [new ServiceBinder<TService>(context), null]);
    }

    private static MethodInfo? FindBindMethod()
    {
        for (var type = typeof(TService); type is not null; type = type.BaseType)
        {
            if (type.GetCustomAttribute<BindServiceMethodAttribute>(inherit: false) is { } attribute)
            {
                // Generated code declares its service base nested in, or beside, the class with the bind methods.
                return attribute.BindType.GetMethod(
                    attribute.BindMethodName,
                    BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static,
                    [typeof(ServiceBinderBase), type]);
            }
        }

        return null;
    }
}
