using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.Http.Headers;
using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>Reads statuses and metadata out of responses.</summary>
internal static class ResponseHeadersReader
{
    /// <summary>The status among headers or trailers, if there is one.</summary>
    public static bool TryReadStatus(HttpHeaders headers, out Status status)
    {
        status = default;
        var raw = headers.NonValidated;
        if (!raw.TryGetValues(Wire.StatusHeader, out var codes))
        {
            return false;
        }

        var text = codes.ToString();
        if (text == "0" && !raw.Contains(Wire.MessageHeader))
        {
            status = Status.DefaultSuccess;
            return true;
        }

        var code = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && Enum.IsDefined((StatusCode)number)
            ? (StatusCode)number
            : StatusCode.Unknown;
        var detail = raw.TryGetValues(Wire.MessageHeader, out var message)
            ? PercentEncoding.Decode(message.ToString())
            : "";
        status = new Status(code, detail);
        return true;
    }

    [SuppressMessage("Globalization", "CA1308", Justification = "HTTP/2 names are lower case.")]
    public static Metadata ReadMetadata(HttpHeaders headers)
    {
        var metadata = new Metadata();
        foreach (var header in headers.NonValidated)
        {
            var key = header.Key.ToLowerInvariant();
            if (IsTransport(key))
            {
                continue;
            }

            foreach (var value in header.Value)
            {
                if (!key.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.Ordinal))
                {
                    metadata.AddReceived(key, value);
                }
                else if (!BinaryHeader.TryAddTo(metadata, key, value))
                {
                    throw new RpcException(new Status(StatusCode.Internal, $"Header '{key}' is not valid base64."));
                }
            }
        }

        return metadata;
    }

    /// <summary>What a response that is no gRPC means; null when it is one.</summary>
    public static Status? Validate(HttpResponseMessage response)
    {
        if (response.StatusCode != System.Net.HttpStatusCode.OK)
        {
            var number = (int)response.StatusCode;
            var code = number switch
            {
                400 or 431 => StatusCode.Internal,
                401 => StatusCode.Unauthenticated,
                403 => StatusCode.PermissionDenied,
                404 => StatusCode.Unimplemented,
                429 or 502 or 503 or 504 => StatusCode.Unavailable,
                >= 100 and < 200 => StatusCode.Internal,
                _ => StatusCode.Unknown,
            };
            return new Status(code, $"Bad gRPC response. HTTP status code: {number}");
        }

        if (!response.Content.Headers.NonValidated.TryGetValues("content-type", out var contentTypes))
        {
            return new Status(StatusCode.Cancelled, "Bad gRPC response. Response did not have a content-type header.");
        }

        var contentType = contentTypes.ToString();
        return Wire.IsGrpcContentType(contentType)
            ? null
            : new Status(StatusCode.Cancelled, $"Bad gRPC response. Invalid content-type value: {contentType}");
    }

    private static bool IsTransport(string key) => key is Wire.StatusHeader or Wire.MessageHeader
        or Wire.EncodingHeader or Wire.AcceptEncodingHeader or "content-type" or "content-encoding" or "";
}
