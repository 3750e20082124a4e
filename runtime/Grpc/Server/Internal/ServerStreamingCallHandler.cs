using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Internal;

internal sealed class ServerStreamingCallHandler<TRequest, TResponse>(
    Method<TRequest, TResponse> method,
    ServerStreamingServerMethod<TRequest, TResponse> invoker,
    MethodOptions options,
    ILogger logger,
    TimeProvider time) : CallHandler<TRequest, TResponse>(method, options, logger, time)
    where TRequest : class
    where TResponse : class
{
    protected override async Task ServeAsync(ServerCall call)
    {
        var request = await RequestReader.ReadSingleAsync(call, Requests);
        var responses = new ResponseStream<TResponse>(call, Serializer);
        try
        {
            await invoker(request, responses, call);
        }
        finally
        {
            await responses.CloseAsync();
        }

        if (call.TryEnd())
        {
            call.WriteOutcome();
        }
    }
}
