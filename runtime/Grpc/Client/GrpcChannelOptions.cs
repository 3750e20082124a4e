using Grpc.Core;
using Grpc.Net.Client.Configuration;
using Grpc.Net.Compression;
using Microsoft.Extensions.Logging;

namespace Grpc.Net.Client;

/// <summary>How a channel connects and what it allows.</summary>
public sealed class GrpcChannelOptions
{
    private TimeSpan _initialReconnectBackoff = TimeSpan.FromSeconds(1);
    private TimeSpan? _maxReconnectBackoff = TimeSpan.FromSeconds(120);

    /// <summary>By default what the scheme of the address says: TLS for https, clear text for http.</summary>
    public ChannelCredentials? Credentials { get; set; }

    /// <summary>Bytes of the largest request, before compression. No limit by default.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>Bytes of the largest response, after expansion. 4 MiB by default; null for no limit.</summary>
    public int? MaxReceiveMessageSize { get; set; } = Wire.DefaultMaxReceiveMessageBytes;

    /// <summary>The most attempts of a call, whatever its policy says. 5 by default.</summary>
    public int? MaxRetryAttempts { get; set; } = 5;

    /// <summary>Bytes of requests kept for retries by all calls. 16 MiB by default; a call with a message past it has no further attempt.</summary>
    public long? MaxRetryBufferSize { get; set; } = 16 * 1024 * 1024;

    /// <summary>Bytes of requests kept for retries by one call. 1 MiB by default; past it the call has no further attempt.</summary>
    public long? MaxRetryBufferPerCallSize { get; set; } = 1024 * 1024;

    /// <summary>gzip and deflate by default.</summary>
    public IList<ICompressionProvider>? CompressionProviders { get; set; }

    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>Used as it is. Not together with <see cref="HttpHandler"/>.</summary>
    public HttpClient? HttpClient { get; set; }

    /// <summary>By default a <see cref="SocketsHttpHandler"/> that opens further connections when streams run out.</summary>
    public HttpMessageHandler? HttpHandler { get; set; }

    /// <summary>Whether the channel disposes of a given client or handler with itself.</summary>
    public bool DisposeHttpClient { get; set; }

    /// <summary>Whether callers see <see cref="OperationCanceledException"/> instead of CANCELLED and DEADLINE_EXCEEDED.</summary>
    public bool ThrowOperationCanceledOnCancellation { get; set; }

    /// <summary>Whether call credentials are sent in clear text.</summary>
    public bool UnsafeUseInsecureChannelCallCredentials { get; set; }

    /// <summary>Retries and load balancing.</summary>
    public ServiceConfig? ServiceConfig { get; set; }

    /// <summary>Whether a service config that comes with resolved addresses is ignored.</summary>
    public bool DisableResolverServiceConfig { get; set; }

    /// <summary>The longest wait before another attempt to connect. Two minutes by default; null for no bound.</summary>
    public TimeSpan? MaxReconnectBackoff
    {
        get => _maxReconnectBackoff;
        set => _maxReconnectBackoff = value is null || value > TimeSpan.Zero
            ? value
            : throw new ArgumentException("Maximum reconnect backoff must be greater than zero.");
    }

    /// <summary>The wait before the second attempt to connect; it grows from there. One second by default.</summary>
    public TimeSpan InitialReconnectBackoff
    {
        get => _initialReconnectBackoff;
        set => _initialReconnectBackoff = value > TimeSpan.Zero
            ? value
            : throw new ArgumentException("Initial reconnect backoff must be greater than zero.");
    }

    /// <summary>Where resolvers, load balancers, a logger factory and a <see cref="TimeProvider"/> are found.</summary>
    public IServiceProvider? ServiceProvider { get; set; }

    /// <summary>HTTP/2 by default.</summary>
    public Version? HttpVersion { get; set; }

    /// <summary>Exactly that version by default.</summary>
    public HttpVersionPolicy? HttpVersionPolicy { get; set; }

    internal T? Resolve<T>()
        where T : class => ServiceProvider?.GetService(typeof(T)) as T;
}
