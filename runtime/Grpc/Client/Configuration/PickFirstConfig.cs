namespace Grpc.Net.Client.Configuration;

/// <summary>All calls to the first server that can be reached.</summary>
public sealed class PickFirstConfig : LoadBalancingConfig
{
    public PickFirstConfig()
        : base(PickFirstPolicyName)
    {
    }
}
