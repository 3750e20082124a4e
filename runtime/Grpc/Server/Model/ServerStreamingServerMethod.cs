using Grpc.Core;

namespace Grpc.AspNetCore.Server.Model;

public delegate Task ServerStreamingServerMethod<TService, TRequest, TResponse>(
    TService service, TRequest request, IServerStreamWriter<TResponse> stream, ServerCallContext serverCallContext);
