using Grpc.Net.Client;

namespace Engine.LoadTests.Calls;

/// <summary>The client stack that every measurement uses, so that the comparisons differ in the server only.</summary>
internal static class ApiChannel
{
    /// <summary>More than one connection, because servers limit the streams of each (Kestrel: 100).</summary>
    public static SocketsHttpHandler CreateHandler() => new()
    {
        EnableMultipleHttp2Connections = true,
        PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        UseProxy = false,
    };

    /// <param name="address">An http or https URL; http is spoken as HTTP/2 with prior knowledge.</param>
    public static GrpcChannel Create(Uri address) => GrpcChannel.ForAddress(
        address,
        new GrpcChannelOptions { HttpHandler = CreateHandler(), DisposeHttpClient = true });
}
