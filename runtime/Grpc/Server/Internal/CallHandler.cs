using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Serves the calls of one method, whatever its kind.</summary>
internal abstract class CallHandler<TRequest, TResponse>
    where TRequest : class
    where TResponse : class
{
    private readonly string _method;
    private readonly MethodOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly bool _longLived;

    protected CallHandler(Method<TRequest, TResponse> method, MethodOptions options, ILogger logger, TimeProvider time)
    {
        _method = method.FullName;
        _options = options;
        _logger = logger;
        _time = time;
        _longLived = method.Type is not MethodType.Unary;
        Requests = new MessageSource<TRequest>(method.RequestMarshaller.ContextualDeserializer);
        Serializer = method.ResponseMarshaller.ContextualSerializer;
        StreamsRequests = method.Type is MethodType.ClientStreaming or MethodType.DuplexStreaming;
    }

    protected MessageSource<TRequest> Requests { get; }

    protected Action<TResponse, SerializationContext> Serializer { get; }

    private bool StreamsRequests { get; }

    public async Task HandleAsync(HttpContext http)
    {
        if (!RequestChecks.Accept(http, _logger))
        {
            return;
        }

        var call = new ServerCall(http, _method, _options, _logger);
        try
        {
            call.Start(_time);
            if (_longLived)
            {
                LiftLimits(http, StreamsRequests);
            }

            await ServeAsync(call);
        }
        catch (Exception exception)
        {
            call.Fail(exception);
        }
        finally
        {
            call.ReleaseDeadline();
        }
    }

    protected abstract Task ServeAsync(ServerCall call);

    protected void Respond(ServerCall call, TResponse? response)
    {
        if (response is null)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "No message returned from method."));
        }

        if (call.TryBeginWrite())
        {
            try
            {
                ResponseSink.Write(call, response, Serializer, call.WriteOptions);
            }
            finally
            {
                call.EndWrite();
            }
        }

        if (call.TryEnd())
        {
            call.WriteOutcome();
        }
    }

    /// <summary>A stream may rest for hours and carry any number of bytes in all.</summary>
    private static void LiftLimits(HttpContext http, bool streamsRequests)
    {
        http.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
        if (!streamsRequests)
        {
            return;
        }

        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }
    }
}
