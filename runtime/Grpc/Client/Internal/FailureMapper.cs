using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>What a failed HTTP request means for the call.</summary>
internal static class FailureMapper
{
    public static Status Map(string what, Exception exception) =>
        new(CodeOf(exception), $"{what} {Describe(exception)}", exception);

    /// <summary>Whether the request cannot have reached a server, for want of a connection.</summary>
    public static bool IsConnectFailure(Exception exception) => exception is HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
    };

    private static StatusCode CodeOf(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                // Protocol errors by their number, which only their text tells from one that the server reports for this
                // call: a peer that is gone, and a connection that the server ended with all its calls.
                case HttpProtocolException gone when gone.Message.Contains("KeepAlivePing", StringComparison.Ordinal)
                    || gone.Message.Contains("server closed the connection", StringComparison.Ordinal):
                    return StatusCode.Unavailable;
                case HttpProtocolException protocol:
                    return CodeOf(protocol.ErrorCode);
                case HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError }:
                    return StatusCode.Unavailable;
            }
        }

        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is IOException or System.Net.Sockets.SocketException or System.Security.Authentication.AuthenticationException)
            {
                return StatusCode.Unavailable;
            }
        }

        return StatusCode.Internal;
    }

    /// <summary>HTTP/2 error codes as the gRPC protocol maps them.</summary>
    private static StatusCode CodeOf(long errorCode) => errorCode switch
    {
        7 => StatusCode.Unavailable, // REFUSED_STREAM
        8 => StatusCode.Cancelled, // CANCEL
        11 => StatusCode.ResourceExhausted, // ENHANCE_YOUR_CALM
        12 => StatusCode.PermissionDenied, // INADEQUATE_SECURITY
        _ => StatusCode.Internal,
    };

    private static string Describe(Exception exception)
    {
        var text = $"{exception.GetType().Name}: {exception.Message}";
        return exception.InnerException is { } inner ? $"{text} {Describe(inner)}" : text;
    }
}
