using System.Globalization;
using Engine.Api.Authentication;
using Engine.Api.Hosting;
using Engine.Api.Telemetry;
using Engine.Internal.V1;
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
        if (Reached.IsMarked(context) || !IsGrpc(context.Request)) return;

        // An error without a response message is written as headers, or as trailers when headers have left already.
        var answer = context.Response.HasStarted
            ? context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers
            : context.Response.Headers;
        if (answer is null or { IsReadOnly: true } || !TryRead(answer, out var code) || code == StatusCode.OK) return;
        if (answer.ContainsKey(ErrorMapping.DetailsKey) || Explain(context, code) is not var (mapped, rejection)) return;

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

    /// <summary>Texts are plain ASCII without '%', so they need no escaping as a header.</summary>
    private (StatusCode Code, Rejection Rejection)? Explain(HttpContext context, StatusCode code)
    {
        switch (code)
        {
            case StatusCode.ResourceExhausted:
                var tooLarge = new Rejection { Reason = Reasons.MessageTooLarge, Text = "The message is larger than the server takes." };
                tooLarge.Metadata.Add("limit", options.Value.MessageBytesMax.ToString(CultureInfo.InvariantCulture));
                return (code, tooLarge);
            case StatusCode.Unimplemented when RoleTable.IsKnown(context.Request.Path.Value ?? ""):
                return (code, new Rejection { Reason = Reasons.EncodingUnsupported, Text = "The message's encoding is not supported." });
            case StatusCode.Unimplemented:
                return (code, new Rejection { Reason = Reasons.MethodUnknown, Text = "There is no such method." });
            case StatusCode.Unknown or StatusCode.Internal or StatusCode.InvalidArgument:
                return (StatusCode.InvalidArgument, new Rejection
                {
                    Reason = Reasons.MessageUnparsable, Text = "The bytes sent are not a message of the method's request type.",
                });
            default:
                return null;
        }
    }
}
