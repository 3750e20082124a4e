using Grpc.Core.Interceptors;

namespace Grpc.AspNetCore.Server;

/// <summary>Supplies the instances of one interceptor type.</summary>
public interface IGrpcInterceptorActivator<TInterceptor> : IGrpcInterceptorActivator
    where TInterceptor : Interceptor
{
}
