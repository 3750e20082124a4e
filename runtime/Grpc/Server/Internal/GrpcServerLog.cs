using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Internal;

internal static partial class GrpcServerLog
{
    [LoggerMessage(1, LogLevel.Error, "The handler of '{Method}' failed.")]
    public static partial void HandlerFailed(ILogger logger, Exception exception, string method);

    [LoggerMessage(2, LogLevel.Debug, "'{Method}' ended with status {StatusCode}.")]
    public static partial void Status(ILogger logger, Exception? exception, string method, StatusCode statusCode);

    [LoggerMessage(3, LogLevel.Debug, "The deadline of '{Method}' passed.")]
    public static partial void DeadlineExceeded(ILogger logger, string method);

    [LoggerMessage(4, LogLevel.Debug, "The handler of '{Method}' failed past its deadline.")]
    public static partial void FailedPastDeadline(ILogger logger, Exception exception, string method);

    [LoggerMessage(5, LogLevel.Debug, "The caller of '{Method}' gave up.")]
    public static partial void Aborted(ILogger logger, Exception exception, string method);

    [LoggerMessage(6, LogLevel.Debug, "Refused a request with content type '{ContentType}'.")]
    public static partial void WrongContentType(ILogger logger, string? contentType);

    [LoggerMessage(7, LogLevel.Debug, "Refused a request over {Protocol}.")]
    public static partial void WrongProtocol(ILogger logger, string protocol);

    [LoggerMessage(8, LogLevel.Debug, "Mapped '{Method}' of {ServiceType}.")]
    public static partial void Mapped(ILogger logger, string method, Type serviceType);
}
