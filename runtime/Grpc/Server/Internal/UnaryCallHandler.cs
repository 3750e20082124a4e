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
    protected override Task ServeAsync(ServerCall call)
    {
        var reading = RequestReader.ReadSingleAsync(call, Requests);
        if (!reading.IsCompletedSuccessfully)
        {
            return AwaitRequestAsync(call, reading);
        }

        var responding = invoker(reading.Result, call);
        if (responding is { IsCompletedSuccessfully: false })
        {
            return AwaitResponseAsync(call, responding);
        }

        Respond(call, responding?.Result);
        return Task.CompletedTask;
    }

    private async Task AwaitRequestAsync(ServerCall call, ValueTask<TRequest> reading)
    {
        var request = await reading;
        var responding = invoker(request, call);
        Respond(call, responding is null ? null : await responding);
    }

    private async Task AwaitResponseAsync(ServerCall call, Task<TResponse> responding) => Respond(call, await responding);
}
