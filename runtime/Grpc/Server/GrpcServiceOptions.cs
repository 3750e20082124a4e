using System.IO.Compression;
using Grpc.Net.Compression;

namespace Grpc.AspNetCore.Server;

/// <summary>How services are served: all of them, or with the generic form one of them.</summary>
public class GrpcServiceOptions
{
    private IList<ICompressionProvider>? _compressionProviders;
    private int? _maxReceiveMessageSize;
    private int? _maxSendMessageSize;

    /// <summary>Bytes of the largest response, before compression. No limit by default.</summary>
    public int? MaxSendMessageSize
    {
        get => _maxSendMessageSize;
        set
        {
            _maxSendMessageSize = value;
            MaxSendMessageSizeSpecified = true;
        }
    }

    /// <summary>Bytes of the largest request, after expansion. 4 MiB by default; null for no limit.</summary>
    public int? MaxReceiveMessageSize
    {
        get => _maxReceiveMessageSize;
        set
        {
            _maxReceiveMessageSize = value;
            MaxReceiveMessageSizeSpecified = true;
        }
    }

    /// <summary>Whether callers see the text of unexpected exceptions. No by default.</summary>
    public bool? EnableDetailedErrors { get; set; }

    /// <summary>The <c>grpc-encoding</c> of responses to callers that accept it; none by default.</summary>
    public string? ResponseCompressionAlgorithm { get; set; }

    public CompressionLevel? ResponseCompressionLevel { get; set; }

    /// <summary>gzip and deflate by default.</summary>
    public IList<ICompressionProvider> CompressionProviders
    {
        get => _compressionProviders ??= [];
        set => _compressionProviders = value;
    }

    /// <summary>Whether calls to unknown services and methods go on to other endpoints instead of UNIMPLEMENTED.</summary>
    public bool? IgnoreUnknownServices { get; set; }

    /// <summary>Called in this order, those of all services before those of one.</summary>
    public InterceptorCollection Interceptors { get; } = [];

    /// <summary>Whether handlers are called without an instance of the service.</summary>
    public bool SuppressCreatingService { get; set; }

    internal bool MaxReceiveMessageSizeSpecified { get; private set; }

    internal bool MaxSendMessageSizeSpecified { get; private set; }

    internal IList<ICompressionProvider>? CompressionProvidersOrNull => _compressionProviders;
}
