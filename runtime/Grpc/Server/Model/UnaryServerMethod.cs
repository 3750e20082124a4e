using Grpc.Core;

namespace Grpc.AspNetCore.Server.Model;

public delegate Task<TResponse> UnaryServerMethod<TService, TRequest, TResponse>(
    TService service, TRequest request, ServerCallContext serverCallContext);
