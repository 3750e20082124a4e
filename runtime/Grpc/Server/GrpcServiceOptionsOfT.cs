namespace Grpc.AspNetCore.Server;

/// <summary>How one service is served; what is not set here is taken from the options of all services.</summary>
public class GrpcServiceOptions<TService> : GrpcServiceOptions
    where TService : class
{
}
