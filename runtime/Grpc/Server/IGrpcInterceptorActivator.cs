using Grpc.Core.Interceptors;

namespace Grpc.AspNetCore.Server;

/// <summary>Supplies the instance of an interceptor for a call.</summary>
public interface IGrpcInterceptorActivator
{
    GrpcActivatorHandle<Interceptor> Create(IServiceProvider serviceProvider, InterceptorRegistration interceptorRegistration);

    ValueTask ReleaseAsync(GrpcActivatorHandle<Interceptor> interceptor);
}
