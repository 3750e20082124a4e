namespace Grpc.Net.Client.Internal;

/// <summary>What sends a channel's requests.</summary>
internal static class HttpInvokers
{
    public static (HttpMessageInvoker Invoker, bool Dispose) Create(GrpcChannelOptions options, ConnectionManager connections)
    {
        if (options.HttpClient is { } client)
        {
            // Calls have deadlines of their own; a stream may last for days.
            client.Timeout = Timeout.InfiniteTimeSpan;
            return (client, options.DisposeHttpClient);
        }

        if (options.HttpHandler is { } given)
        {
            connections.Attach(given);
            return (new HttpMessageInvoker(given, options.DisposeHttpClient), true);
        }

        var handler = new SocketsHttpHandler
        {
            // A server grants about a hundred streams a connection.
            EnableMultipleHttp2Connections = true,
            AllowAutoRedirect = false,
            UseCookies = false,
            ActivityHeadersPropagator = System.Diagnostics.DistributedContextPropagator.Current,
        };
        connections.Attach(handler);
        return (new HttpMessageInvoker(handler, disposeHandler: true), true);
    }
}
