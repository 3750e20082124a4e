using System.IO.Compression;
using Grpc.Core;
using Grpc.Net.Compression;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>The options of a service with those of all services merged in, read once when it is mapped.</summary>
internal sealed class MethodOptions
{
    public required int? MaxReceiveBytes { get; init; }

    public required int? MaxSendBytes { get; init; }

    public required bool DetailedErrors { get; init; }

    public required string? ResponseEncoding { get; init; }

    public required CompressionLevel? ResponseCompressionLevel { get; init; }

    public required Dictionary<string, ICompressionProvider> CompressionProviders { get; init; }

    public required string AcceptEncoding { get; init; }

    public required IReadOnlyList<InterceptorRegistration> Interceptors { get; init; }

    public required bool SuppressCreatingService { get; init; }

    /// <exception cref="InvalidOperationException">The response encoding has no provider.</exception>
    public static MethodOptions Merge(GrpcServiceOptions all, GrpcServiceOptions one)
    {
        IEnumerable<ICompressionProvider> providers =
            [.. all.CompressionProvidersOrNull ?? MessageCompression.Defaults(), .. one.CompressionProvidersOrNull ?? []];
        var (byName, accept) = MessageCompression.Describe(providers);
        var encoding = one.ResponseCompressionAlgorithm ?? all.ResponseCompressionAlgorithm;
        if (encoding is not null && encoding != Wire.Identity && !byName.ContainsKey(encoding))
        {
            throw new InvalidOperationException(
                $"The configured response compression algorithm '{encoding}' does not have a matching compression provider.");
        }

        var receive = one.MaxReceiveMessageSizeSpecified ? one.MaxReceiveMessageSize
            : all.MaxReceiveMessageSizeSpecified ? all.MaxReceiveMessageSize
            : Wire.DefaultMaxReceiveMessageBytes;
        return new MethodOptions
        {
            MaxReceiveBytes = receive,
            MaxSendBytes = one.MaxSendMessageSizeSpecified ? one.MaxSendMessageSize : all.MaxSendMessageSize,
            DetailedErrors = one.EnableDetailedErrors ?? all.EnableDetailedErrors ?? false,
            ResponseEncoding = encoding,
            ResponseCompressionLevel = one.ResponseCompressionLevel ?? all.ResponseCompressionLevel,
            CompressionProviders = byName,
            AcceptEncoding = accept,
            Interceptors = [.. all.Interceptors, .. one.Interceptors],
            SuppressCreatingService = one.SuppressCreatingService || all.SuppressCreatingService,
        };
    }
}
