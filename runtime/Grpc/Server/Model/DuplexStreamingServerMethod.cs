using Grpc.Core;

namespace Grpc.AspNetCore.Server.Model;

public delegate Task DuplexStreamingServerMethod<TService, TRequest, TResponse>(
    TService service,
    IAsyncStreamReader<TRequest> input,
    IServerStreamWriter<TResponse> output,
    ServerCallContext serverCallContext);
