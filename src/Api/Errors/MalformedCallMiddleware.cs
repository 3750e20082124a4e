using System.Globalization;
using Engine.Api.Authentication;
using Engine.Api.Hosting;
using Engine.Api.Telemetry;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Engine.Api.Errors;

/// <summary>
/// Gives details to the errors that no interceptor sees: a message too large, bytes that are no message, a method that
/// does not exist. gRPC answers these by itself, before any method is called, with a status and an English sentence; for
/// unparsable bytes it even says UNKNOWN, as if the server were at fault. Clients that branch on reasons must find one
/// here too.
/// </summary>
internal sealed class MalformedCallMiddleware(RequestDelegate next, ApiMetrics metrics, IOptions<ApiOptions> options)
{
    private const string StatusKey = "grpc-status";
    private const string MessageKey = "grpc-message";

    public async Task InvokeAsync(HttpContext context)
    {
        await next(context);
        if (Reached.IsMarked(context) || !IsGrpc(context.Request) || context.Response.StatusCode != StatusCodes.Status200OK) return;

        // An error without a response message is written as headers, or as trailers when headers have left already.
        var answer = context.Response.HasStarted
            ? context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers
            : context.Response.Headers;
        if (answer is null or { IsReadOnly: true } || !TryRead(answer, out var code) || code == StatusCode.OK) return;
        if (answer.ContainsKey(ErrorMapping.DetailsKey)) return;
        var isKnown = RoleTable.IsKnown(context.Request.Path.Value ?? "");
        var detail = answer[MessageKey].ToString();
        if (Malformed.Explain(code, detail, isKnown, options.Value.MessageBytesMax) is not var (mapped, rejection)) return;

        // The texts are plain ASCII without '%', so they need no escaping as a header.
        answer[StatusKey] = ((int)mapped).ToString(CultureInfo.InvariantCulture);
        answer[MessageKey] = rejection.Text;
        answer[ErrorMapping.DetailsKey] = Convert.ToBase64String(ErrorMapping.DetailsOf(mapped, rejection)).TrimEnd('=');
        metrics.OnRequestMalformed(rejection.Reason);
    }

    private static bool IsGrpc(HttpRequest request) =>
        request.ContentType is { } type && type.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase);

    private static bool TryRead(IHeaderDictionary answer, out StatusCode code)
    {
        var ok = int.TryParse(answer[StatusKey].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        code = (StatusCode)number;
        return ok;
    }
}
