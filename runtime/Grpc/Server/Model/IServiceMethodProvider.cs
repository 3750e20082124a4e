namespace Grpc.AspNetCore.Server.Model;

/// <summary>Lists the methods of a service when it is mapped.</summary>
public interface IServiceMethodProvider<TService>
    where TService : class
{
    void OnServiceMethodDiscovery(ServiceMethodProviderContext<TService> context);
}
