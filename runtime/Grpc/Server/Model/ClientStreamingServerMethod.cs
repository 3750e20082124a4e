using Grpc.Core;

namespace Grpc.AspNetCore.Server.Model;

public delegate Task<TResponse> ClientStreamingServerMethod<TService, TRequest, TResponse>(
    TService service, IAsyncStreamReader<TRequest> stream, ServerCallContext serverCallContext);
