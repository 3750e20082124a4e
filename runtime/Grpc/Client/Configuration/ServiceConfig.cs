namespace Grpc.Net.Client.Configuration;

/// <summary>How a service wants to be called: retries by method, and load balancing.</summary>
public sealed class ServiceConfig : ConfigObject
{
    /// <summary>In order of preference.</summary>
    public IList<LoadBalancingConfig> LoadBalancingConfigs { get; } = [];

    public IList<MethodConfig> MethodConfigs { get; } = [];

    public RetryThrottlingPolicy? RetryThrottling { get; set; }
}
