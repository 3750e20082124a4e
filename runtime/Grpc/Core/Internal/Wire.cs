namespace Grpc.Core;

/// <summary>Names and numbers of gRPC over HTTP/2.</summary>
internal static class Wire
{
    /// <summary>Compressed flag and length before every message.</summary>
    public const int HeaderBytes = 5;

    public const int DefaultMaxReceiveMessageBytes = 4 * 1024 * 1024;

    public const string ContentType = "application/grpc";
    public const string StatusHeader = "grpc-status";
    public const string MessageHeader = "grpc-message";
    public const string TimeoutHeader = "grpc-timeout";
    public const string EncodingHeader = "grpc-encoding";
    public const string AcceptEncodingHeader = "grpc-accept-encoding";
    public const string RetryPushbackHeader = "grpc-retry-pushback-ms";
    public const string PreviousAttemptsHeader = "grpc-previous-rpc-attempts";
    public const string Identity = "identity";

    /// <summary><c>application/grpc</c>, also with a suffix or parameters: <c>+proto</c>, <c>;charset=...</c>.</summary>
    public static bool IsGrpcContentType(string? contentType) =>
        contentType is not null
        && contentType.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)
        && (contentType.Length == ContentType.Length || contentType[ContentType.Length] is ';' or '+');
}
