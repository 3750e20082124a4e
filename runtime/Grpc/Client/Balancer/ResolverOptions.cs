using Microsoft.Extensions.Logging;

namespace Grpc.Net.Client.Balancer;

/// <summary>What a resolver is made for.</summary>
public sealed class ResolverOptions
{
    internal ResolverOptions(
        Uri address, int defaultPort, bool disableServiceConfig, ILoggerFactory loggerFactory, GrpcChannelOptions channelOptions)
    {
        Address = address;
        DefaultPort = defaultPort;
        DisableServiceConfig = disableServiceConfig;
        LoggerFactory = loggerFactory;
        ChannelOptions = channelOptions;
    }

    public Uri Address { get; }

    /// <summary>443 with TLS, else 80.</summary>
    public int DefaultPort { get; }

    public bool DisableServiceConfig { get; }

    public ILoggerFactory LoggerFactory { get; }

    public GrpcChannelOptions ChannelOptions { get; }
}
