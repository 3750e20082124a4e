using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>The caller's metadata among the headers of its request.</summary>
internal static class HeaderReader
{
    /// <exception cref="RpcException">INTERNAL: a binary header is no base64.</exception>
    public static Metadata Read(IHeaderDictionary headers)
    {
        var metadata = new Metadata();
        foreach (var header in headers)
        {
            if (IsTransport(header.Key))
            {
                continue;
            }

            var key = Lower(header.Key);
            foreach (var value in header.Value)
            {
                if (!key.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.Ordinal))
                {
                    metadata.AddReceived(key, value ?? "");
                }
                else if (!BinaryHeader.TryAddTo(metadata, key, value ?? ""))
                {
                    throw new RpcException(new Status(StatusCode.Internal, $"Header '{key}' is not valid base64."));
                }
            }
        }

        return metadata;
    }

    private static string Lower(string key)
    {
        foreach (var c in key)
        {
            if (char.IsAsciiLetterUpper(c))
            {
#pragma warning disable CA1308 // HTTP/2 names are lower case.
                return key.ToLowerInvariant();
#pragma warning restore CA1308
            }
        }

        return key;
    }

    private static bool IsTransport(string key)
    {
        if (key.Length == 0 || key[0] == ':')
        {
            return true;
        }

        // By length first: most headers are none of these.
        return key.Length switch
        {
            2 => key.Equals("te", StringComparison.OrdinalIgnoreCase),
            4 => key.Equals("host", StringComparison.OrdinalIgnoreCase),
            12 => key.Equals("content-type", StringComparison.OrdinalIgnoreCase)
                || key.Equals(Wire.TimeoutHeader, StringComparison.OrdinalIgnoreCase),
            13 => key.Equals(Wire.EncodingHeader, StringComparison.OrdinalIgnoreCase),
            15 => key.Equals("accept-encoding", StringComparison.OrdinalIgnoreCase),
            20 => key.Equals(Wire.AcceptEncodingHeader, StringComparison.OrdinalIgnoreCase),
            _ => false,
        };
    }
}
