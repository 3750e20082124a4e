namespace Grpc.Net.Client.Configuration;

/// <summary>Calls to all servers in turn.</summary>
public sealed class RoundRobinConfig : LoadBalancingConfig
{
    public RoundRobinConfig()
        : base(RoundRobinPolicyName)
    {
    }
}
