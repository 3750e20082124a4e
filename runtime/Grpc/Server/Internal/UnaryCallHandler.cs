using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Internal;

internal sealed class UnaryCallHandler<TRequest, TResponse>(
    Method<TRequest, TResponse> method,
    UnaryServerMethod<TRequest, TResponse> invoker,
    MethodOptions options,
    ILogger logger,
    TimeProvider time) : CallHandler<TRequest, TResponse>(method, options, logger, time)
    where TRequest : class
    where TResponse : class
{
    protected override async Task ServeAsync(ServerCall call)
    {
        var request = await RequestReader.ReadSingleAsync(call, Requests);
        var responding = invoker(request, call);
        Respond(call, responding is null ? null : await responding);
    }
}
