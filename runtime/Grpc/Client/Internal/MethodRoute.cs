using Grpc.Core;
using Grpc.Net.Client.Configuration;

namespace Grpc.Net.Client.Internal;

/// <summary>What is the same for all calls of a method over a channel.</summary>
internal sealed class MethodRoute
{
    private readonly GrpcChannel _channel;
    private readonly string _path;
    private volatile Cached? _cached;

    public MethodRoute(GrpcChannel channel, IMethod method)
    {
        _channel = channel;
        _path = method.FullName;
        ServiceUrl = $"{(channel.Secure ? "https" : "http")}://{channel.Target}/{method.ServiceName}";
        var policies = channel.Retries.PoliciesOf(method);
        Retry = policies?.RetryPolicy;
        Hedging = policies?.HedgingPolicy;
    }

    /// <summary>For call credentials.</summary>
    public string ServiceUrl { get; }

    public RetryPolicy? Retry { get; }

    public HedgingPolicy? Hedging { get; }

    /// <summary>Whether there may be more than one attempt of a call.</summary>
    public bool HasAttempts => Retry is not null || Hedging is not null;

    public Uri UriAt(Uri server)
    {
        var cached = _cached;
        if (cached is null || !ReferenceEquals(cached.Server, server))
        {
            _cached = cached = new Cached(server, new Uri(server, _path));
        }

        return cached.Uri;
    }

    public RpcException Disposed() => new(new Status(StatusCode.Unavailable, $"Channel to '{_channel.Target}' is shut down."));

    private sealed record Cached(Uri Server, Uri Uri);
}
