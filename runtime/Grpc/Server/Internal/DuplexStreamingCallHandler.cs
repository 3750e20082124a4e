using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Internal;

internal sealed class DuplexStreamingCallHandler<TRequest, TResponse>(
    Method<TRequest, TResponse> method,
    DuplexStreamingServerMethod<TRequest, TResponse> invoker,
    MethodOptions options,
    ILogger logger,
    TimeProvider time) : CallHandler<TRequest, TResponse>(method, options, logger, time)
    where TRequest : class
    where TResponse : class
{
    protected override async Task ServeAsync(ServerCall call)
    {
        var requests = new RequestStream<TRequest>(call, Requests);
        var responses = new ResponseStream<TResponse>(call, Serializer);
        try
        {
            await invoker(requests, responses, call);
        }
        finally
        {
            requests.Close();
            await responses.CloseAsync();
        }

        if (call.TryEnd())
        {
            call.WriteOutcome();
        }
    }
}
