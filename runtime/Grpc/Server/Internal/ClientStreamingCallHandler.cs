using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Internal;

internal sealed class ClientStreamingCallHandler<TRequest, TResponse>(
    Method<TRequest, TResponse> method,
    ClientStreamingServerMethod<TRequest, TResponse> invoker,
    MethodOptions options,
    ILogger logger,
    TimeProvider time) : CallHandler<TRequest, TResponse>(method, options, logger, time)
    where TRequest : class
    where TResponse : class
{
    protected override async Task ServeAsync(ServerCall call)
    {
        var requests = new RequestStream<TRequest>(call, Requests);
        TResponse? response;
        try
        {
            response = await invoker(requests, call);
        }
        finally
        {
            requests.Close();
        }

        Respond(call, response);
    }
}
