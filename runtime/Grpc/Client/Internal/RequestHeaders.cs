using System.Net.Http.Headers;
using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>Writes the headers of a request.</summary>
internal static class RequestHeaders
{
    private static readonly string UserAgent = $"grpc-dotnet/{VersionInfo.CurrentVersion} (.NET {Environment.Version}; engine-builtin)";

    public static void AddContentType(HttpContentHeaders headers) =>
        headers.TryAddWithoutValidation("content-type", Wire.ContentType);

    public static void AddStandard(HttpRequestMessage request, GrpcChannel channel)
    {
        var headers = request.Headers;
        headers.TryAddWithoutValidation("user-agent", UserAgent);
        headers.TryAddWithoutValidation("te", "trailers");
        headers.TryAddWithoutValidation(Wire.AcceptEncodingHeader, channel.AcceptEncoding);
    }

    /// <returns>The encoding the caller asked for, if any.</returns>
    public static string? AddMetadata(HttpRequestMessage request, Metadata metadata)
    {
        string? encoding = null;
        foreach (var entry in metadata)
        {
            if (entry.IsBinary)
            {
                request.Headers.TryAddWithoutValidation(entry.Key, BinaryHeader.Encode(entry.RawBytes));
            }
            else if (entry.Key == Metadata.CompressionRequestAlgorithmMetadataKey)
            {
                encoding = entry.Value;
            }
            else if (entry.Key == "user-agent")
            {
                request.Headers.Remove("user-agent");
                request.Headers.TryAddWithoutValidation("user-agent", $"{entry.Value} {UserAgent}");
            }
            else
            {
                request.Headers.TryAddWithoutValidation(entry.Key, entry.Value);
            }
        }

        return encoding;
    }
}
