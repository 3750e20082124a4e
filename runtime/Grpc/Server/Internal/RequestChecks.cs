using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Refuses what is no gRPC request before anything of it is read.</summary>
internal static class RequestChecks
{
    public static bool Accept(HttpContext http, ILogger logger)
    {
        var request = http.Request;
        if (!Wire.IsGrpcContentType(request.ContentType))
        {
            GrpcServerLog.WrongContentType(logger, request.ContentType);
            Refuse(
                http.Response,
                StatusCodes.Status415UnsupportedMediaType,
                StatusCode.Internal,
                string.IsNullOrEmpty(request.ContentType)
                    ? "Content-Type is missing from the request."
                    : $"Content-Type '{request.ContentType}' is not supported.");
            return false;
        }

        if (!HttpProtocol.IsHttp2(request.Protocol) && !HttpProtocol.IsHttp3(request.Protocol))
        {
            GrpcServerLog.WrongProtocol(logger, request.Protocol);
            http.Response.Headers.Upgrade = "h2";
            Refuse(
                http.Response,
                StatusCodes.Status426UpgradeRequired,
                StatusCode.Internal,
                $"Request protocol '{request.Protocol}' is not supported.");
            return false;
        }

        return true;
    }

    public static Task Unimplemented(HttpContext http, ILogger logger, string message)
    {
        if (Accept(http, logger))
        {
            http.Response.ContentType = Wire.ContentType;
            SetStatus(http.Response, StatusCode.Unimplemented, message);
        }

        return Task.CompletedTask;
    }

    private static void Refuse(HttpResponse response, int httpStatus, StatusCode status, string message)
    {
        response.StatusCode = httpStatus;
        SetStatus(response, status, message);
    }

    private static void SetStatus(HttpResponse response, StatusCode status, string message)
    {
        response.Headers.GrpcStatus = ((int)status).ToString(CultureInfo.InvariantCulture);
        response.Headers.GrpcMessage = PercentEncoding.Encode(message);
    }
}
